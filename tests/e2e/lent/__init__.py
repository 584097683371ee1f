"""What the emulator is lent before it starts: the few things it lacks that this project needs."""
