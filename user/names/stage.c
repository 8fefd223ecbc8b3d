// SPDX-License-Identifier: GPL-2.0
#include "names/stage.h"

#include <limits.h>
#include <stddef.h>
#include <string.h>

#define BELOW(id)		STAGE_BIT(STAGE_##id)
#define NO_OTHER_NAME		NULL
#define NO_FALLBACK		STAGE_NONE
#define RECONSTRUCTED_AFTER(id) STAGE_##id

#define LEAST_SUCCESS(returns)                                 \
	((returns) == RETURNS_VOID	? INT_MIN              \
	 : (returns) == RETURNS_POINTER ? (__s32)POINTER_VALID \
					: 0)

const struct stage_info stages[NR_STAGES] = {
#define STAGE(id_, function, other_name_, via_, returns_, arguments_, parents_, fallback, detail_, \
	      capture_entry, capture_exit, phrase_)                                                \
	[STAGE_##id_] = {                                                                          \
		.id = #id_,                                                                        \
		.name = #function,                                                                 \
		.other_name = other_name_,                                                         \
		.via = via_,                                                                       \
		.returns = returns_,                                                               \
		.least_success = LEAST_SUCCESS(returns_),                                          \
		.arguments = arguments_,                                                           \
		.parents = parents_,                                                               \
		.reconstructed_after = fallback,                                                   \
		.detail = detail_,                                                                 \
		.phrase = phrase_,                                                                 \
	},
#include "shared/stages.def"
#undef STAGE
};

#define STAGE(id, function, other_name, via, returns, arguments, parents, fallback, ...) \
	((fallback) == STAGE_NONE ? 0 : STAGE_BIT(STAGE_##id)) |
const __u64 stages_reconstructible =
#include "shared/stages.def"
	0;
#undef STAGE

#define STAGE(...)
#define VARIADIC_STAGE(id, ...) STAGE_BIT(STAGE_##id) |
const __u64 stages_variadic =
#include "shared/stages.def"
	0;
#undef STAGE

#define STAGE(...)
#define LSM_STAGE(id, ...) STAGE_BIT(STAGE_##id) |
const __u64 stages_lsm =
#include "shared/stages.def"
	0;
#undef STAGE

size_t stage__module_length(enum stage stage)
{
	return stages_lsm & STAGE_BIT(stage) ? strcspn(stages[stage].name, "_") : 0;
}

bool stage__is_hook_of(enum stage stage, const char *module, size_t length)
{
	return length && stage__module_length(stage) == length &&
	       !memcmp(stages[stage].name, module, length);
}

__u64 stage__hooks_of(const char *modules)
{
	__u64 hooks = 0;
	size_t length;
	int stage;

	for (; *modules; modules += length + (modules[length] == ',')) {
		length = strcspn(modules, ",");
		for (stage = 0; stage < NR_STAGES; stage++) {
			if (stage__is_hook_of(stage, modules, length))
				hooks |= STAGE_BIT(stage);
		}
	}
	return hooks;
}
