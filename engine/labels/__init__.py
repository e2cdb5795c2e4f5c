"""What labels cost, how far they can be trusted, and what more of them would bring."""
