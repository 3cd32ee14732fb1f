// Preloaded into a program, this counts how often it asks for memory and what it copies; see counter.c.
