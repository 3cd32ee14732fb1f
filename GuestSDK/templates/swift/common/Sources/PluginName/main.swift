// What a module does when it is loaded; tests call the same function.
plugin()
