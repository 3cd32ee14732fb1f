#include "patchbay_spawn.h"
