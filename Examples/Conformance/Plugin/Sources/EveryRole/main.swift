exportEveryRole()
