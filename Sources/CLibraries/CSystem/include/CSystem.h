// The parts of the operating system that Swift's importer cannot reach by itself.
#ifndef CSYSTEM_H
#define CSYSTEM_H

#include <sys/types.h>

#endif
