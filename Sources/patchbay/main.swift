internal import Glibc
internal import PatchbayCommands

exit(PatchbayCommand.run(CommandLine.arguments))
