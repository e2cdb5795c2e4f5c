"""The search for a configuration: who proposes, who trains, what it found and how far that can be believed."""
