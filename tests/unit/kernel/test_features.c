// SPDX-License-Identifier: GPL-2.0
/* Tests what kernel/features.c finds out from a BTF made by the test, and from a release. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <bpf/btf.h>

#include "kernel/features.h"

static int begin(void **state)
{
	*state = btf__new_empty();
	assert_non_null(*state);
	assert_int_equal(btf__add_int(*state, "int", 4, BTF_INT_SIGNED), 1);
	return 0;
}

static int end(void **state)
{
	btf__free(*state);
	return 0;
}

static void add_struct(struct btf *btf, const char *name, const char *member)
{
	assert_true(btf__add_struct(btf, name, 4) > 0);
	assert_int_equal(btf__add_field(btf, member, 1, 0, 0), 0);
}

static struct features read_features(const struct btf *btf, const char *arch, unsigned int major,
				     unsigned int minor)
{
	struct host host = { .major = major, .minor = minor };
	struct kernel_btf_type types[NR_FEATURES];
	struct kernel_btf_facts facts;
	struct features features;

	strcpy(host.arch, arch);
	features__list_types(types);
	kernel_btf__read(btf, &facts, types, NR_FEATURES);
	features__read(&features, btf, types, &host);
	return features;
}

static void types_and_members_are_looked_up_in_the_btf(void **state)
{
	struct features features = read_features(*state, "x86_64", 6, 1);

	assert_false(features.has[FEATURE_TASK_STATE_RENAMED]);
	assert_false(features.has[FEATURE_KPROBE_MULTI]);
	assert_false(features.has[FEATURE_DO_ACCEPT]);
	add_struct(*state, "task_struct", "__state");
	add_struct(*state, "bpf_kprobe_multi_link", "link");
	assert_true(btf__add_func(*state, "do_accept", BTF_FUNC_STATIC,
				  btf__add_func_proto(*state, 1)) > 0);
	features = read_features(*state, "x86_64", 6, 1);
	assert_true(features.has[FEATURE_TASK_STATE_RENAMED]);
	assert_true(features.has[FEATURE_KPROBE_MULTI]);
	assert_true(features.has[FEATURE_DO_ACCEPT]);
}

/* Add a function that takes so many numbers. */
static void add_function(struct btf *btf, const char *name, int arguments)
{
	int i, prototype = btf__add_func_proto(btf, 1);

	assert_true(prototype > 0);
	for (i = 0; i < arguments; i++)
		assert_int_equal(btf__add_func_param(btf, "number", 1), 0);
	assert_true(btf__add_func(btf, name, BTF_FUNC_STATIC, prototype) > 0);
}

static void arguments_are_counted(void **state)
{
	struct features features;

	add_function(*state, "another", 2);
	add_function(*state, "__seccomp_filter", 3);
	features = read_features(*state, "x86_64", 6, 1);
	assert_false(features.has[FEATURE_SECCOMP_TWO_ARGUMENTS]);
}

static void two_arguments_are_two(void **state)
{
	struct features features;

	assert_false(read_features(*state, "x86_64", 9, 9).has[FEATURE_SECCOMP_TWO_ARGUMENTS]);
	add_function(*state, "__seccomp_filter", 2);
	features = read_features(*state, "x86_64", 6, 1);
	assert_true(features.has[FEATURE_SECCOMP_TWO_ARGUMENTS]);
}

static void another_member_or_kind_is_not_it(void **state)
{
	struct features features;

	add_struct(*state, "task_struct", "state");
	add_struct(*state, "do_accept", "a_struct_of_that_name");
	add_struct(*state, "socket_flags", "no_enumeration");
	features = read_features(*state, "x86_64", 6, 1);
	assert_false(features.has[FEATURE_TASK_STATE_RENAMED]);
	assert_false(features.has[FEATURE_DO_ACCEPT]);
	assert_false(features.has[FEATURE_SOCKET_FLAGS_ENUM]);
}

static void helpers_are_constants_of_an_enumeration(void **state)
{
	struct features features;

	assert_true(btf__add_enum(*state, "bpf_func_id", 4) > 0);
	assert_int_equal(btf__add_enum_value(*state, "BPF_FUNC_task_pt_regs", 175), 0);
	features = read_features(*state, "x86_64", 6, 1);
	assert_true(features.has[FEATURE_TASK_PT_REGS]);
	assert_false(features.has[FEATURE_KALLSYMS_LOOKUP]);
	assert_int_equal(btf__add_enum_value(*state, "BPF_FUNC_kallsyms_lookup_name", 179), 0);
	assert_true(read_features(*state, "x86_64", 6, 1).has[FEATURE_KALLSYMS_LOOKUP]);
}

static void a_release_has_what_it_and_those_before_it_brought(void **state)
{
	assert_false(read_features(*state, "x86_64", 6, 4).has[FEATURE_MPTCP_SUBFLOW_LATER]);
	assert_false(read_features(*state, "x86_64", 5, 19).has[FEATURE_MPTCP_SUBFLOW_LATER]);
	assert_true(read_features(*state, "x86_64", 6, 5).has[FEATURE_MPTCP_SUBFLOW_LATER]);
	assert_true(read_features(*state, "x86_64", 7, 0).has[FEATURE_MPTCP_SUBFLOW_LATER]);
}

static void what_one_architecture_got_later_others_have(void **state)
{
	assert_false(read_features(*state, "aarch64", 6, 3).has[FEATURE_FENTRY_ATTACHES]);
	assert_true(read_features(*state, "aarch64", 6, 4).has[FEATURE_FENTRY_ATTACHES]);
	assert_true(read_features(*state, "x86_64", 5, 10).has[FEATURE_FENTRY_ATTACHES]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(types_and_members_are_looked_up_in_the_btf, begin,
						end),
		cmocka_unit_test_setup_teardown(arguments_are_counted, begin, end),
		cmocka_unit_test_setup_teardown(two_arguments_are_two, begin, end),
		cmocka_unit_test_setup_teardown(another_member_or_kind_is_not_it, begin, end),
		cmocka_unit_test_setup_teardown(helpers_are_constants_of_an_enumeration, begin,
						end),
		cmocka_unit_test_setup_teardown(a_release_has_what_it_and_those_before_it_brought,
						begin, end),
		cmocka_unit_test_setup_teardown(what_one_architecture_got_later_others_have, begin,
						end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
