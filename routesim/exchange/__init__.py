"""Other formats in and out; the room stands ready, nothing is built in it yet."""
