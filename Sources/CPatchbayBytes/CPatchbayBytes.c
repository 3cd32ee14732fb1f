/* SwiftPM wants a source file in every C target; all of this one is in the header. */
#include "CPatchbayBytes.h"
