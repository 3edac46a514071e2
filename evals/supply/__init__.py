"""Software supply chain: bill of materials, and known vulnerabilities."""
