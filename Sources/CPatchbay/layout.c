#include "patchbay_plugin.h"

/* The layout is the contract: these are the sizes that docs/abi.md gives. */
_Static_assert(sizeof(patchbay_column) == 72, "patchbay_column");
_Static_assert(sizeof(patchbay_field) == 56, "patchbay_field");
_Static_assert(sizeof(patchbay_schema) == 56, "patchbay_schema");
_Static_assert(sizeof(patchbay_option) == 56, "patchbay_option");
_Static_assert(sizeof(patchbay_region) == 40, "patchbay_region");
_Static_assert(sizeof(patchbay_record_error) == 24, "patchbay_record_error");
_Static_assert(sizeof(patchbay_call_frame) == 304, "patchbay_call_frame");
