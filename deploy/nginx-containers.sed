# Makes of nginx.conf the configuration of compose.yaml: its three processes, and the log that `podman logs` shows.
/^upstream qiantang {/,/^}/ s/server 127.0.0.1:7860;/server assistant:7860; server assistant-2:7860; server assistant-3:7860;/
# the staff, and all others who change documents, go to the first one, and to the others while it is away
/^upstream qiantang_staff {/,/^}/ s/server 127.0.0.1:7860;/server assistant:7860; server assistant-2:7860 backup; server assistant-3:7860 backup;/
s/^    #location = /    location = /
s|/var/log/nginx/qiantang.log|/dev/stdout|
s|^    server_tokens off;|&\n    error_log /dev/stderr;|
