"""What the program is made of: its packages as a bill of materials, and known holes in them."""
