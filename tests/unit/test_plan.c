// SPDX-License-Identifier: GPL-2.0
/* The plan, made from facts that no kernel was asked for. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../user/plan.h"

#define ALL	(STAGE_BIT(NR_STAGES) - 1)
#define BIT(id) STAGE_BIT(STAGE_##id)

static struct plan plan_of(__u64 picked, __u64 in_btf, bool kernel_btf, enum attach_choice choice)
{
	struct plan_facts facts = {
		.picked = picked,
		.in_btf = in_btf,
		.kernel_btf = kernel_btf,
		.choice = choice,
	};
	struct plan plan;

	plan__make(&plan, &facts);
	return plan;
}

static void assert_planned(const struct plan *plan, enum stage stage, enum attach_way way,
			   const char *reason_part)
{
	assert_string_equal(attach_way_name(plan->stages[stage].way), attach_way_name(way));
	if (!strstr(plan->stages[stage].reason, reason_part))
		fail_msg("%s: reason is \"%s\"", stages[stage].name, plan->stages[stage].reason);
}

static void test_fentry_where_btf_has_it(void **state)
{
	struct plan plan = plan_of(ALL, ALL & ~BIT(SOCK_MAP_FD), true, ATTACH_CHOICE_AUTO);
	int stage;

	(void)state;
	for (stage = 0; stage < NR_STAGES; stage++) {
		if (stage == STAGE_SOCK_MAP_FD)
			assert_planned(&plan, stage, ATTACH_KPROBE, "no such function");
		else
			assert_planned(&plan, stage, ATTACH_FENTRY, "");
		assert_true(plan.stages[stage].reason[0]);
	}
}

static void test_inlined_function_is_reconstructed(void **state)
{
	struct plan plan = plan_of(ALL, ALL & ~BIT(SOCK_MAP_FD), true, ATTACH_CHOICE_AUTO);

	(void)state;
	plan__refused(&plan, STAGE_SOCK_MAP_FD, ENOENT, ATTACH_CHOICE_AUTO);
	assert_planned(&plan, STAGE_SOCK_MAP_FD, ATTACH_RECONSTRUCTED, "__sock_create");
	assert_planned(&plan, STAGE_SOCK_MAP_FD, ATTACH_RECONSTRUCTED, "inlined");
}

static void test_real_function_is_probed_not_reconstructed(void **state)
{
	struct plan plan = plan_of(ALL, ALL, true, ATTACH_CHOICE_AUTO);

	(void)state;
	assert_planned(&plan, STAGE_SOCK_MAP_FD, ATTACH_FENTRY, "");
}

static void test_refused_fentry_becomes_kprobe(void **state)
{
	struct plan plan = plan_of(ALL, ALL, true, ATTACH_CHOICE_AUTO);

	(void)state;
	plan__refused(&plan, STAGE_SK_ALLOC, 524, ATTACH_CHOICE_AUTO);
	assert_planned(&plan, STAGE_SK_ALLOC, ATTACH_KPROBE, "fentry");
	assert_planned(&plan, STAGE_INET_CREATE, ATTACH_FENTRY, "");
	plan__refused(&plan, STAGE_SK_ALLOC, ENOENT, ATTACH_CHOICE_AUTO);
	assert_planned(&plan, STAGE_SK_ALLOC, ATTACH_NONE, "inlined, or not built in");
}

static void test_all_refusals_are_told(void **state)
{
	struct plan plan = plan_of(ALL, ALL, true, ATTACH_CHOICE_AUTO);

	(void)state;
	plan__refused(&plan, STAGE_SK_ALLOC, EPERM, ATTACH_CHOICE_AUTO);
	plan__refused(&plan, STAGE_SK_ALLOC, ENODEV, ATTACH_CHOICE_AUTO);
	assert_planned(&plan, STAGE_SK_ALLOC, ATTACH_NONE,
		       "no fentry: the kernel does not permit it; no kprobe: ");
}

static void test_forced_fentry_does_not_fall_back_to_kprobe(void **state)
{
	struct plan plan = plan_of(ALL, ALL, true, ATTACH_CHOICE_FENTRY);

	(void)state;
	plan__refused(&plan, STAGE_SK_ALLOC, EPERM, ATTACH_CHOICE_FENTRY);
	assert_planned(&plan, STAGE_SK_ALLOC, ATTACH_NONE, "does not permit");
}

static void test_forced_kprobe(void **state)
{
	struct plan plan = plan_of(ALL, ALL, true, ATTACH_CHOICE_KPROBE);

	(void)state;
	assert_planned(&plan, STAGE_SYS_SOCKET, ATTACH_KPROBE, "asked for");
}

static void test_kernel_without_btf_uses_kprobes(void **state)
{
	struct plan plan = plan_of(ALL, ALL, false, ATTACH_CHOICE_AUTO);

	(void)state;
	assert_planned(&plan, STAGE_SYS_SOCKET, ATTACH_KPROBE, "BTF");
}

static void test_not_picked_is_not_observed(void **state)
{
	struct plan plan = plan_of(ALL & ~BIT(FD_INSTALL), ALL, true, ATTACH_CHOICE_AUTO);

	(void)state;
	assert_planned(&plan, STAGE_FD_INSTALL, ATTACH_NONE, "not picked");
	assert_false(plan.stages[STAGE_FD_INSTALL].picked);
	assert_true(plan.stages[STAGE_SK_ALLOC].picked);
}

static void test_reconstruction_needs_its_sibling(void **state)
{
	struct plan plan = plan_of(ALL, ALL & ~BIT(SOCK_MAP_FD), true, ATTACH_CHOICE_AUTO);

	(void)state;
	plan__refused(&plan, STAGE_SOCK_MAP_FD, ENOENT, ATTACH_CHOICE_AUTO);
	plan__refused(&plan, STAGE_SOCK_CREATE, EINVAL, ATTACH_CHOICE_AUTO);
	plan__refused(&plan, STAGE_SOCK_CREATE, EINVAL, ATTACH_CHOICE_AUTO);
	assert_planned(&plan, STAGE_SOCK_CREATE, ATTACH_NONE, "refuses");
	assert_planned(&plan, STAGE_SOCK_MAP_FD, ATTACH_NONE, "__sock_create");
}

static void test_parents_skip_what_is_not_probed(void **state)
{
	struct plan plan = plan_of(ALL, ALL & ~BIT(SOCK_MAP_FD), true, ATTACH_CHOICE_AUTO);

	(void)state;
	assert_int_equal(plan__parents(&plan, STAGE_TCP_V4_INIT_SOCK), BIT(INET_CREATE));
	plan__refused(&plan, STAGE_SOCK_MAP_FD, ENOENT, ATTACH_CHOICE_AUTO);
	assert_int_equal(plan__parents(&plan, STAGE_SOCK_ALLOC_FILE),
			 BIT(SYS_SOCKET) | BIT(SYS_SOCKETPAIR));
	plan__refused(&plan, STAGE_INET_CREATE, EINVAL, ATTACH_CHOICE_FENTRY);
	assert_int_equal(plan__parents(&plan, STAGE_TCP_V4_INIT_SOCK), BIT(SOCK_CREATE));
}

static void test_nothing_without_a_way_in(void **state)
{
	struct plan plan = plan_of(ALL, ALL, true, ATTACH_CHOICE_FENTRY);

	(void)state;
	assert_true(plan__observes_anything(&plan));
	plan__refused(&plan, STAGE_SYS_SOCKET, EPERM, ATTACH_CHOICE_FENTRY);
	assert_true(plan__observes_anything(&plan));
	plan__refused(&plan, STAGE_SYS_SOCKETPAIR, EPERM, ATTACH_CHOICE_FENTRY);
	assert_false(plan__observes_anything(&plan));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fentry_where_btf_has_it),
		cmocka_unit_test(test_inlined_function_is_reconstructed),
		cmocka_unit_test(test_real_function_is_probed_not_reconstructed),
		cmocka_unit_test(test_refused_fentry_becomes_kprobe),
		cmocka_unit_test(test_all_refusals_are_told),
		cmocka_unit_test(test_forced_fentry_does_not_fall_back_to_kprobe),
		cmocka_unit_test(test_forced_kprobe),
		cmocka_unit_test(test_kernel_without_btf_uses_kprobes),
		cmocka_unit_test(test_not_picked_is_not_observed),
		cmocka_unit_test(test_reconstruction_needs_its_sibling),
		cmocka_unit_test(test_parents_skip_what_is_not_probed),
		cmocka_unit_test(test_nothing_without_a_way_in),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
