/* Starts programs; see patchbay_spawn.c. */
#ifndef PATCHBAY_SPAWN_H
#define PATCHBAY_SPAWN_H
#endif
