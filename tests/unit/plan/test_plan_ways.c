// SPDX-License-Identifier: GPL-2.0
/* Tests which way the plan chooses for a function, by what the kernel has and how it preempts. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plan/planned.h"

/* All stages are picked, on a kernel that preempts tasks. */
static struct plan_facts preempting(bool fprobe_per_task, enum attach_choice choice)
{
	return (struct plan_facts){
		.picked = ALL,
		.in_btf = ALL & ~BIT(SOCK_MAP_FD),
		.kernel_btf = true,
		.preempts = true,
		.fprobe_per_task = fprobe_per_task,
		.choice = choice,
	};
}

static struct plan plan_for_preemption(bool fprobe_per_task, enum attach_choice choice)
{
	const struct plan_facts facts = preempting(fprobe_per_task, choice);
	struct plan plan;

	plan__make(&plan, &facts);
	return plan;
}

static void test_preemption_wants_kprobe_multi(void **state)
{
	struct plan plan = plan_for_preemption(true, ATTACH_CHOICE_AUTO);

	(void)state;
	assert_planned(&plan, STAGE_SK_ALLOC, ATTACH_KPROBE_MULTI, "preempts");
	/*
	 * The function is not in the BTF. Loading another object for kprobe.multi would not help.
	 */
	assert_planned(&plan, STAGE_SOCK_MAP_FD, ATTACH_KPROBE, "no such function");
	assert_true(plan__observed(&plan) & BIT(SK_ALLOC));
	plan__refused(&plan, STAGE_SK_ALLOC, EINVAL);
	assert_planned(&plan, STAGE_SK_ALLOC, ATTACH_KPROBE, "no kprobe.multi: the kernel refuses");
	plan__refused(&plan, STAGE_SK_ALLOC, EPERM);
	assert_planned(&plan, STAGE_SK_ALLOC, ATTACH_NONE,
		       "no kprobe.multi: the kernel refuses it for this function; no kprobe: the "
		       "kernel does not permit it");
}

/* Fewer tracers can use it at a time, so it takes a user who asks for it. */
static void test_preemption_wants_no_kprobe_session(void **state)
{
	struct plan_facts facts = preempting(true, ATTACH_CHOICE_AUTO);
	struct plan plan;

	(void)state;
	facts.kprobe_session = true;
	plan__make(&plan, &facts);
	assert_planned(&plan, STAGE_SK_ALLOC, ATTACH_KPROBE_MULTI, "preempts");
}

static void test_forced_kprobe_session(void **state)
{
	struct plan_facts facts = preempting(true, ATTACH_CHOICE_KPROBE_SESSION);
	struct plan plan;

	(void)state;
	facts.kprobe_session = true;
	plan__make(&plan, &facts);
	assert_planned(&plan, STAGE_SK_ALLOC, ATTACH_KPROBE_SESSION, "asked for");
	plan__refused(&plan, STAGE_SK_ALLOC, EINVAL);
	assert_planned(&plan, STAGE_SK_ALLOC, ATTACH_NONE,
		       "no kprobe.session: the kernel refuses it for this function");
	facts.kprobe_session = false;
	plan__make(&plan, &facts);
	assert_planned(&plan, STAGE_SK_ALLOC, ATTACH_NONE, "no kprobe.session: this kernel");
}

static void test_preemption_without_kprobe_multi_keeps_fentry(void **state)
{
	struct plan plan = plan_for_preemption(false, ATTACH_CHOICE_AUTO);

	(void)state;
	assert_planned(&plan, STAGE_SK_ALLOC, ATTACH_FENTRY, "may skip");
	plan__refused(&plan, STAGE_SK_ALLOC, EINVAL);
	assert_planned(&plan, STAGE_SK_ALLOC, ATTACH_KPROBE, "no fentry: the kernel refuses");
}

static void test_forced_ways_heed_no_preemption(void **state)
{
	struct plan plan = plan_for_preemption(true, ATTACH_CHOICE_FENTRY);

	(void)state;
	assert_planned(&plan, STAGE_SK_ALLOC, ATTACH_FENTRY, "asked for");
	plan = plan_for_preemption(false, ATTACH_CHOICE_KPROBE_MULTI);
	assert_planned(&plan, STAGE_SK_ALLOC, ATTACH_KPROBE_MULTI, "asked for");
	plan__refused(&plan, STAGE_SK_ALLOC, ESRCH);
	assert_planned(&plan, STAGE_SK_ALLOC, ATTACH_NONE, "inlined, or not built in");
}

static void test_refused_fentry_becomes_kprobe_multi_where_that_is_complete(void **state)
{
	struct plan_facts facts = {
		.picked = ALL,
		.in_btf = ALL,
		.kernel_btf = true,
		.fprobe_per_task = true,
	};
	struct plan plan;

	(void)state;
	plan__make(&plan, &facts);
	assert_planned(&plan, STAGE_SK_ALLOC, ATTACH_FENTRY, "cheapest");
	plan__refused(&plan, STAGE_SK_ALLOC, EINVAL);
	assert_planned(&plan, STAGE_SK_ALLOC, ATTACH_KPROBE_MULTI, "no fentry: the kernel refuses");
	plan__refused(&plan, STAGE_SK_ALLOC, EINVAL);
	assert_planned(&plan, STAGE_SK_ALLOC, ATTACH_KPROBE,
		       "no fentry: the kernel refuses it for this function; no kprobe.multi: the "
		       "kernel refuses");
}

static void test_variadic_functions_have_no_fentry(void **state)
{
	struct plan_facts facts = {
		.picked = ALL,
		.in_btf = ALL,
		.no_fentry = BIT(REQUEST_MODULE),
		.kernel_btf = true,
	};
	struct plan plan;

	(void)state;
	plan__make(&plan, &facts);
	assert_planned(&plan, STAGE_REQUEST_MODULE, ATTACH_KPROBE, "variable arguments");
	facts.fprobe_per_task = true;
	plan__make(&plan, &facts);
	assert_planned(&plan, STAGE_REQUEST_MODULE, ATTACH_KPROBE_MULTI, "variable arguments");
	plan__refused(&plan, STAGE_REQUEST_MODULE, EPERM);
	assert_planned(&plan, STAGE_REQUEST_MODULE, ATTACH_KPROBE,
		       "variable arguments; no kprobe.multi: the kernel does not permit it");
	facts.choice = ATTACH_CHOICE_FENTRY;
	plan__make(&plan, &facts);
	assert_planned(&plan, STAGE_REQUEST_MODULE, ATTACH_NONE, "variable arguments");
}

static void test_other_arguments_have_no_fentry(void **state)
{
	struct family_function functions[NR_FAMILIES] = { [2] = { .name = "inet_create",
								  .btf_id = 1 } };
	struct plan_facts facts = {
		.picked = ALL,
		.in_btf = ALL,
		.other_arguments = BIT(SK_ALLOC) | BIT(FAMILY_CREATE),
		.kernel_btf = true,
		.families = functions,
	};
	struct plan plan;

	(void)state;
	plan__make(&plan, &facts);
	assert_planned(&plan, STAGE_SK_ALLOC, ATTACH_KPROBE, "another number of arguments");
	assert_planned(&plan, NR_STAGES + 2, ATTACH_KPROBE, "another number of arguments");
	assert_planned(&plan, STAGE_SOCK_CREATE, ATTACH_FENTRY, "cheapest");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_preemption_wants_kprobe_multi),
		cmocka_unit_test(test_preemption_wants_no_kprobe_session),
		cmocka_unit_test(test_forced_kprobe_session),
		cmocka_unit_test(test_preemption_without_kprobe_multi_keeps_fentry),
		cmocka_unit_test(test_forced_ways_heed_no_preemption),
		cmocka_unit_test(test_refused_fentry_becomes_kprobe_multi_where_that_is_complete),
		cmocka_unit_test(test_variadic_functions_have_no_fentry),
		cmocka_unit_test(test_other_arguments_have_no_fentry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
