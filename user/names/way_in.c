// SPDX-License-Identifier: GPL-2.0
#include "names/way_in.h"

#include <stddef.h>

static const struct way_in ways_in[NR_WAYS_IN] = {
#define VIA(id, name_, call_, caller_, is_system_call_, by_socketcall_, named_by_call_) \
	[VIA_##id] = {                                                                  \
		.name = (name_),                                                        \
		.call = (call_),                                                        \
		.caller = (caller_),                                                    \
		.is_system_call = (is_system_call_),                                    \
		.by_socketcall = (by_socketcall_),                                      \
		.named_by_call = (named_by_call_),                                      \
	},
#include "shared/ways_in.def"
#undef VIA
};

const struct way_in *way_in(enum via via)
{
	return &ways_in[via < NR_WAYS_IN ? via : VIA_NONE];
}
