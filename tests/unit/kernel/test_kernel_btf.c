// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <bpf/btf.h>

#include "kernel/kernel_btf.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* A BTF made by the test, with one integer type. */
struct fixture {
	struct btf *btf;
	int number;
};

static int begin(void **state)
{
	static struct fixture fixture;

	fixture.btf = btf__new_empty();
	assert_non_null(fixture.btf);
	fixture.number = btf__add_int(fixture.btf, "int", 4, BTF_INT_SIGNED);
	*state = &fixture;
	return 0;
}

static int end(void **state)
{
	struct fixture *fixture = *state;

	btf__free(fixture->btf);
	return 0;
}

/*
 * Add a function with that many integer arguments. If variadic, it takes further ones. Return its
 * id.
 */
static int add_function(const struct fixture *fixture, const char *name, int arguments,
			bool variadic)
{
	int prototype = btf__add_func_proto(fixture->btf, fixture->number);
	int i;

	for (i = 0; i < arguments; i++)
		assert_int_equal(btf__add_func_param(fixture->btf, "n", fixture->number), 0);
	if (variadic)
		assert_int_equal(btf__add_func_param(fixture->btf, "", 0), 0);
	return btf__add_func(fixture->btf, name, BTF_FUNC_STATIC, prototype);
}

static void finds_functions_by_name(void **state)
{
	const struct fixture *fixture = *state;
	const char *names[] = { "zebra", "missing", NULL, "ape", "zebra", "int" };
	int ape = add_function(fixture, "ape", 1, false);
	int zebra = add_function(fixture, "zebra", 1, false);
	__u32 ids[NR(names)];

	kernel_btf__find_functions(fixture->btf, names, ids, NR(names));
	assert_int_equal(ids[0], zebra);
	assert_int_equal(ids[1], 0);
	assert_int_equal(ids[2], 0);
	assert_int_equal(ids[3], ape);
	assert_int_equal(ids[4], zebra);
	assert_int_equal(ids[5], 0); /* this is not a function */
}

static void takes_the_first_of_one_name(void **state)
{
	const struct fixture *fixture = *state;
	const char *name = "create";
	int first = add_function(fixture, name, 1, false);
	__u32 id;

	add_function(fixture, name, 2, false);
	kernel_btf__find_functions(fixture->btf, &name, &id, 1);
	assert_int_equal(id, first);
}

static void reads_stages(void **state)
{
	const struct fixture *fixture = *state;
	struct kernel_btf_facts facts;

	add_function(fixture, "__sys_socket", 3, false);
	add_function(fixture, "inode_init_always_gfp", 2, false);
	/* The third argument stands for any number of further ones. */
	add_function(fixture, "__request_module", 2, true);
	add_function(fixture, "sk_alloc", 7, false);
	kernel_btf__read(fixture->btf, &facts, NULL, 0);
	assert_int_equal(facts.stages,
			 STAGE_BIT(STAGE_SYS_SOCKET) | STAGE_BIT(STAGE_INODE_INIT_ALWAYS) |
				 STAGE_BIT(STAGE_REQUEST_MODULE) | STAGE_BIT(STAGE_SK_ALLOC));
	assert_int_equal(facts.renamed, STAGE_BIT(STAGE_INODE_INIT_ALWAYS));
	assert_int_equal(facts.no_fentry,
			 STAGE_BIT(STAGE_REQUEST_MODULE) | STAGE_BIT(STAGE_SK_ALLOC));
	assert_int_equal(facts.arguments[STAGE_SYS_SOCKET], 3);
	assert_int_equal(facts.arguments[STAGE_INODE_INIT_ALWAYS], 2);
	/* A function whose arguments differ between kernels may have any number. */
	assert_int_equal(facts.other_arguments, STAGE_BIT(STAGE_SK_ALLOC));
}

static void prefers_a_stages_first_name(void **state)
{
	const struct fixture *fixture = *state;
	struct kernel_btf_facts facts;

	add_function(fixture, "inode_init_always_gfp", 3, false);
	add_function(fixture, "inode_init_always", 2, false);
	kernel_btf__read(fixture->btf, &facts, NULL, 0);
	assert_int_equal(facts.stages, STAGE_BIT(STAGE_INODE_INIT_ALWAYS));
	assert_int_equal(facts.renamed, 0);
	assert_int_equal(facts.arguments[STAGE_INODE_INIT_ALWAYS], 2);
}

/*
 * This is struct net_proto_family { int family; int (*create)(int, int, int); }, padded as in the
 * ABI.
 */
static void reads_where_families_are(void **state)
{
	const struct fixture *fixture = *state;
	struct kernel_btf_facts facts;
	int prototype = btf__add_func_proto(fixture->btf, fixture->number);
	int pointer, i;

	for (i = 0; i < 3; i++)
		btf__add_func_param(fixture->btf, "n", fixture->number);
	pointer = btf__add_ptr(fixture->btf, prototype);
	btf__add_struct(fixture->btf, "net_proto_family", 16);
	btf__add_field(fixture->btf, "family", fixture->number, 0, 0);
	btf__add_field(fixture->btf, "create", pointer, 64, 0);
	kernel_btf__read(fixture->btf, &facts, NULL, 0);
	assert_int_equal(facts.family_offset, 0);
	assert_int_equal(facts.create_offset, 8);
	assert_int_equal(facts.arguments[STAGE_FAMILY_CREATE], 3);
	assert_int_equal(facts.other_arguments, STAGE_BIT(STAGE_FAMILY_CREATE));
}

static void names_socket_flags_by_their_enum(void **state)
{
	const struct fixture *fixture = *state;
	struct kernel_btf_facts facts;

	btf__add_enum(fixture->btf, "socket_flags", 4);
	btf__add_enum_value(fixture->btf, "SOCKWQ_ASYNC_NOSPACE", 0);
	btf__add_enum_value(fixture->btf, "SOCK_NOSPACE", 2);
	btf__add_enum_value(fixture->btf, "SOCK_SUPPORT_ZC", 3);
	btf__add_enum_value(fixture->btf, "SOCK_NONE", -1);
	btf__add_enum_value(fixture->btf, "SOCK_MASK", SOCKET_FLAGS_BITS);
	kernel_btf__read(fixture->btf, &facts, NULL, 0);
	assert_string_equal(facts.socket_flags.names[0], "");
	assert_string_equal(facts.socket_flags.names[2], "SOCK_NOSPACE");
	assert_string_equal(facts.socket_flags.names[3], "SOCK_SUPPORT_ZC");
	assert_string_equal(facts.socket_flags.names[4], "");
	assert_string_equal(facts.socket_flags.names[7], "");
}

/* Before 6.16 they were not an enum. */
static void names_socket_flags_without_the_enum(void **state)
{
	const struct fixture *fixture = *state;
	struct kernel_btf_facts facts;

	kernel_btf__read(fixture->btf, &facts, NULL, 0);
	assert_string_equal(facts.socket_flags.names[3], "SOCK_PASSCRED");
	assert_string_equal(facts.socket_flags.names[5], "SOCK_SUPPORT_ZC");
	assert_string_equal(facts.socket_flags.names[7], "SOCK_PASSPIDFD");
	assert_string_equal(facts.socket_flags.names[8], "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(finds_functions_by_name, begin, end),
		cmocka_unit_test_setup_teardown(takes_the_first_of_one_name, begin, end),
		cmocka_unit_test_setup_teardown(reads_stages, begin, end),
		cmocka_unit_test_setup_teardown(prefers_a_stages_first_name, begin, end),
		cmocka_unit_test_setup_teardown(reads_where_families_are, begin, end),
		cmocka_unit_test_setup_teardown(names_socket_flags_by_their_enum, begin, end),
		cmocka_unit_test_setup_teardown(names_socket_flags_without_the_enum, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
