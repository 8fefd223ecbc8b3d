// SPDX-License-Identifier: GPL-2.0
/* Tests the plan, which is made from facts without asking a kernel. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "plan/planned.h"

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

static void test_fentry_where_btf_has_it(void **state)
{
	struct plan plan = plan_of(ALL, ALL & ~BIT(SOCK_MAP_FD), true, ATTACH_CHOICE_AUTO);
	int stage;

	(void)state;
	for (stage = 0; stage < NR_STAGES; stage++) {
		if (stage == STAGE_FAMILY_CREATE)
			assert_planned(&plan, stage, ATTACH_NONE, "stands for");
		else if (stage == STAGE_SOCK_MAP_FD)
			assert_planned(&plan, stage, ATTACH_KPROBE, "no such function");
		else
			assert_planned(&plan, stage, ATTACH_FENTRY, "");
		assert_true(plan.probes[stage].reason[0]);
	}
}

static void test_hooks_of_inactive_modules_are_left_out(void **state)
{
	const __u64 active = stage__hooks_of("capability,bpf,apparmo,lockdown");
	struct plan_facts facts = {
		.picked = ALL,
		.in_btf = ALL,
		.inactive = stages_lsm & ~active,
		.kernel_btf = true,
	};
	struct plan plan;

	(void)state;
	assert_true(active == (BIT(BPF_LSM_SOCKET_CREATE) | BIT(BPF_LSM_SOCKET_POST_CREATE)));
	plan__make(&plan, &facts);
	assert_planned(&plan, STAGE_BPF_LSM_SOCKET_CREATE, ATTACH_FENTRY, "");
	assert_planned(&plan, STAGE_APPARMOR_SOCKET_CREATE, ATTACH_NONE, "is not active");
	assert_planned(&plan, STAGE_SECURITY_SOCKET_CREATE, ATTACH_FENTRY, "");
	assert_true(stage__hooks_of("") == 0);
	assert_true(stage__hooks_of("selinux,apparmor,smack,bpf") == stages_lsm);
}

static void test_inlined_function_is_reconstructed(void **state)
{
	struct plan plan = plan_of(ALL, ALL & ~BIT(SOCK_MAP_FD), true, ATTACH_CHOICE_AUTO);

	(void)state;
	plan__refused(&plan, STAGE_SOCK_MAP_FD, ENOENT);
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
	plan__refused(&plan, STAGE_SK_ALLOC, 524);
	assert_planned(&plan, STAGE_SK_ALLOC, ATTACH_KPROBE, "fentry");
	assert_planned(&plan, STAGE_SOCK_INIT_DATA, ATTACH_FENTRY, "");
	plan__refused(&plan, STAGE_SK_ALLOC, ENOENT);
	assert_planned(&plan, STAGE_SK_ALLOC, ATTACH_NONE, "inlined, or not built in");
}

static void test_all_refusals_are_told(void **state)
{
	struct plan plan = plan_of(ALL, ALL, true, ATTACH_CHOICE_AUTO);

	(void)state;
	plan__refused(&plan, STAGE_SK_ALLOC, EPERM);
	plan__refused(&plan, STAGE_SK_ALLOC, ENODEV);
	assert_planned(&plan, STAGE_SK_ALLOC, ATTACH_NONE,
		       "no fentry: the kernel does not permit it; no kprobe: ");
}

static void test_a_kernel_has_none_only_where_that_is_known(void **state)
{
	static const struct {
		int error;
		const char *reason;
	} refusals[] = {
		{ ENOSYS, "no fentry: this kernel has none" },
		{ 524, "no fentry: this kernel has none on this architecture" },
		{ ENODEV, "no fentry: the kernel has stopped it" },
		{ ENXIO, "no fentry: sysfs, " },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		struct plan plan = plan_of(ALL, ALL, true, ATTACH_CHOICE_FENTRY);

		plan__refused(&plan, STAGE_SK_ALLOC, refusals[i].error);
		assert_planned(&plan, STAGE_SK_ALLOC, ATTACH_NONE, refusals[i].reason);
	}
}

static void test_forced_fentry_does_not_fall_back_to_kprobe(void **state)
{
	struct plan plan = plan_of(ALL, ALL, true, ATTACH_CHOICE_FENTRY);

	(void)state;
	plan__refused(&plan, STAGE_SK_ALLOC, EPERM);
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
	assert_false(plan.probes[STAGE_FD_INSTALL].picked);
	assert_true(plan.probes[STAGE_SK_ALLOC].picked);
}

static void test_reconstruction_needs_its_sibling(void **state)
{
	struct plan plan = plan_of(ALL, ALL & ~BIT(SOCK_MAP_FD), true, ATTACH_CHOICE_AUTO);

	(void)state;
	plan__refused(&plan, STAGE_SOCK_MAP_FD, ENOENT);
	plan__refused(&plan, STAGE_SOCK_CREATE, EINVAL);
	plan__refused(&plan, STAGE_SOCK_CREATE, EINVAL);
	assert_planned(&plan, STAGE_SOCK_CREATE, ATTACH_NONE, "refuses");
	assert_planned(&plan, STAGE_SOCK_MAP_FD, ATTACH_NONE, "__sock_create");
}

static void test_parents_skip_what_is_not_probed(void **state)
{
	struct plan plan = plan_of(ALL, ALL & ~BIT(SOCK_MAP_FD), true, ATTACH_CHOICE_AUTO);

	(void)state;
	assert_int_equal(plan__parents(&plan, STAGE_TCP_INIT_XMIT_TIMERS), BIT(TCP_INIT_SOCK));
	plan__refused(&plan, STAGE_SOCK_MAP_FD, ENOENT);
	assert_int_equal(plan__parents(&plan, STAGE_SOCK_ALLOC_FILE),
			 BIT(SYS_SOCKET) | BIT(SYS_SOCKETPAIR) | BIT(SYS_SOCKET_FILE) |
				 BIT(DO_ACCEPT));
	plan__refused(&plan, STAGE_TCP_INIT_SOCK, EINVAL);
	plan__refused(&plan, STAGE_TCP_INIT_SOCK, EINVAL);
	assert_int_equal(plan__parents(&plan, STAGE_TCP_INIT_XMIT_TIMERS),
			 BIT(TCP_V4_INIT_SOCK) | BIT(TCP_V6_INIT_SOCK));
}

/* Families as a kernel might have them: one in its image, one in a module. */
static struct family_function families[NR_FAMILIES] = {
	[AF_INET] = { "inet_create", false, 77 },
	[AF_ALG] = { "alg_create", true, 0 },
};

static struct plan plan_with_families(enum attach_choice choice)
{
	struct plan_facts facts = {
		.picked = ALL,
		.in_btf = ALL,
		.kernel_btf = true,
		.choice = choice,
		.families = families,
	};
	struct plan plan;

	plan__make(&plan, &facts);
	return plan;
}

static void assert_family(const struct plan *plan, int family, enum attach_way way,
			  const char *function, const char *reason_part)
{
	const struct stage_plan *planned = &plan->probes[NR_STAGES + family];

	assert_string_equal(planned->function, function);
	assert_string_equal(attach_way_name(planned->way), attach_way_name(way));
	if (!strstr(planned->reason, reason_part))
		fail_msg("%s: reason is \"%s\"", function, planned->reason);
}

static void test_families_are_probed_as_they_are_registered(void **state)
{
	struct plan plan = plan_with_families(ATTACH_CHOICE_AUTO);

	(void)state;
	assert_family(&plan, AF_INET, ATTACH_FENTRY, "inet_create", "cheapest");
	assert_family(&plan, AF_ALG, ATTACH_KPROBE, "alg_create", "module");
	assert_family(&plan, AF_VSOCK, ATTACH_NONE, "", "");
	assert_true(plan__is_shown(&plan, NR_STAGES + AF_INET));
	assert_true(plan__is_shown(&plan, NR_STAGES + AF_ALG));
	assert_false(plan__is_shown(&plan, NR_STAGES + AF_VSOCK));
	assert_false(plan__is_shown(&plan, STAGE_FAMILY_CREATE));
	assert_true(plan__observed(&plan) & BIT(FAMILY_CREATE));
	plan = plan_with_families(ATTACH_CHOICE_FENTRY);
	assert_family(&plan, AF_ALG, ATTACH_NONE, "alg_create", "module");
}

/* If a family's create function is not observed, its calls appear as calls of __sock_create(). */
static void test_parents_allow_for_unobserved_families(void **state)
{
	struct plan plan = plan_with_families(ATTACH_CHOICE_AUTO);

	(void)state;
	assert_int_equal(plan__parents(&plan, STAGE_SOCK_INIT_DATA),
			 BIT(FAMILY_CREATE) | BIT(SOCK_CREATE));
	plan__refused(&plan, NR_STAGES + AF_INET, EINVAL);
	plan__refused(&plan, NR_STAGES + AF_INET, EINVAL);
	plan__refused(&plan, NR_STAGES + AF_ALG, ENOENT);
	assert_int_equal(plan__parents(&plan, STAGE_SOCK_INIT_DATA), BIT(SOCK_CREATE));
	/*
	 * The usual name of this family's function is known, but the kernel has no function of that
	 * name.
	 */
	assert_false(plan__is_shown(&plan, NR_STAGES + AF_ALG));
	assert_true(plan__is_shown(&plan, NR_STAGES + AF_INET));
}

static void test_family_that_comes_later(void **state)
{
	struct plan plan = plan_with_families(ATTACH_CHOICE_AUTO);

	(void)state;
	families[AF_VSOCK] = (struct family_function){ .name = "vsock_create", .in_module = true };
	plan__retry(&plan, NR_STAGES + AF_VSOCK);
	families[AF_VSOCK] = (struct family_function){ .name = "" };
	plan__retry(&plan, NR_STAGES + AF_ALG);
	assert_string_equal(attach_way_name(plan.probes[NR_STAGES + AF_VSOCK].way), "kprobe");
	plan__retry(&plan, NR_STAGES + AF_VSOCK);
	assert_family(&plan, AF_VSOCK, ATTACH_NONE, "", "");
}

static void test_nothing_without_a_way_in(void **state)
{
	struct plan plan = plan_of(ALL, ALL, true, ATTACH_CHOICE_FENTRY);

	(void)state;
	assert_true(plan__observes_anything(&plan));
	plan__refused(&plan, STAGE_SYS_SOCKET, EPERM);
	assert_true(plan__observes_anything(&plan));
	plan__refused(&plan, STAGE_SYS_SOCKETPAIR, EPERM);
	assert_true(plan__observes_anything(&plan));
	plan__refused(&plan, STAGE_IO_SOCKET_PREP, EPERM);
	assert_true(plan__observes_anything(&plan));
	plan__refused(&plan, STAGE_IO_SOCKET, EPERM);
	assert_true(plan__observes_anything(&plan));
	plan__refused(&plan, STAGE_SYS_SOCKET_FILE, EPERM);
	assert_true(plan__observes_anything(&plan));
	plan__refused(&plan, STAGE_SOCK_CREATE, EPERM);
	assert_true(plan__observes_anything(&plan));
	plan__refused(&plan, STAGE_SYS_ACCEPT4, EPERM);
	assert_true(plan__observes_anything(&plan));
	plan__refused(&plan, STAGE_IO_ACCEPT, EPERM);
	assert_true(plan__observes_anything(&plan));
	plan__refused(&plan, STAGE_DO_ACCEPT, EPERM);
	assert_false(plan__observes_anything(&plan));
}

static void test_functions_are_called_as_on_this_kernel(void **state)
{
	struct plan_facts facts = { .picked = ALL, .in_btf = ALL, .kernel_btf = true };
	struct plan plan;

	(void)state;
	plan__make(&plan, &facts);
	assert_string_equal(plan.probes[STAGE_INODE_INIT_ALWAYS].function, "inode_init_always");
	facts.renamed = BIT(INODE_INIT_ALWAYS);
	plan__make(&plan, &facts);
	assert_string_equal(plan.probes[STAGE_INODE_INIT_ALWAYS].function, "inode_init_always_gfp");
	assert_string_equal(plan.probes[STAGE_SK_ALLOC].function, "sk_alloc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fentry_where_btf_has_it),
		cmocka_unit_test(test_hooks_of_inactive_modules_are_left_out),
		cmocka_unit_test(test_inlined_function_is_reconstructed),
		cmocka_unit_test(test_real_function_is_probed_not_reconstructed),
		cmocka_unit_test(test_refused_fentry_becomes_kprobe),
		cmocka_unit_test(test_all_refusals_are_told),
		cmocka_unit_test(test_a_kernel_has_none_only_where_that_is_known),
		cmocka_unit_test(test_forced_fentry_does_not_fall_back_to_kprobe),
		cmocka_unit_test(test_forced_kprobe),
		cmocka_unit_test(test_kernel_without_btf_uses_kprobes),
		cmocka_unit_test(test_not_picked_is_not_observed),
		cmocka_unit_test(test_reconstruction_needs_its_sibling),
		cmocka_unit_test(test_parents_skip_what_is_not_probed),
		cmocka_unit_test(test_families_are_probed_as_they_are_registered),
		cmocka_unit_test(test_parents_allow_for_unobserved_families),
		cmocka_unit_test(test_family_that_comes_later),
		cmocka_unit_test(test_nothing_without_a_way_in),
		cmocka_unit_test(test_functions_are_called_as_on_this_kernel),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
