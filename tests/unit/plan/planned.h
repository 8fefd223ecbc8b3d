/* SPDX-License-Identifier: GPL-2.0 */
/* What the tests of the plan share. */
#ifndef PLAN_PLANNED_H
#define PLAN_PLANNED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "plan/plan.h"

#define ALL	(STAGE_BIT(NR_STAGES) - 1)
#define BIT(id) STAGE_BIT(STAGE_##id)

static inline void assert_planned(const struct plan *plan, enum stage stage, enum attach_way way,
				  const char *reason_part)
{
	assert_string_equal(attach_way_name(plan->probes[stage].way), attach_way_name(way));
	if (!strstr(plan->probes[stage].reason, reason_part))
		fail_msg("%s: reason is \"%s\"", stages[stage].name, plan->probes[stage].reason);
}

#endif /* PLAN_PLANNED_H */
