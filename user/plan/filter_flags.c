// SPDX-License-Identifier: GPL-2.0
#include "plan/filter_flags.h"

#include <stdbool.h>

/* Whether a filter of each kind is in use. set points to its member of struct filter. */
#define FILTER_IS_USED_NUMBERS(set)   ((set)->nr != 0)
#define FILTER_IS_USED_PROCESSES(set) ((set)->nr != 0)
#define FILTER_IS_USED_COMMS(set)     ((set)->nr != 0)
#define FILTER_IS_USED_EXES(set)      ((set)->nr != 0)
#define FILTER_IS_USED_CGROUPS(set)   (*(set) != 0)
#define FILTER_IS_USED_COMMAND(set)   (*(set) != 0)
#define FILTER_IS_USED_FLAG(set)      (*(set) != 0)
#define FILTER_IS_USED_LEAST(set)     (*(set) != 0)

void filter_flags__set(struct filter *filter)
{
	bool by_task = false, by_call = false, at_return = false;

#define TASK_FILTER(id, member, kind, ...)   by_task |= FILTER_IS_USED_##kind(&filter->member);
#define IMPLIED_FILTER(member, kind)	     by_task |= FILTER_IS_USED_##kind(&filter->member);
#define CALL_FILTER(id, member, kind, ...)   by_call |= FILTER_IS_USED_##kind(&filter->member);
#define RETURN_FILTER(id, member, kind, ...) at_return |= FILTER_IS_USED_##kind(&filter->member);
#include "shared/filters.def"
	filter->at_entry = by_task || by_call;
	filter->by_call = by_call;
	filter->at_return = at_return;
}
