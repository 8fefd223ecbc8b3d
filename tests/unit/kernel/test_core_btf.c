// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/btf.h>
#include <cmocka.h>

#include "kernel/core_btf.h"
#include "kernel/kernel_btf.h"

#define ENUMERATOR "BPF_FUNC_something"

static int setup(void **state)
{
	struct btf *btf = btf__new_empty();

	assert_non_null(btf);
	assert_int_equal(btf__add_int(btf, "int", 4, BTF_INT_SIGNED), 1);
	*state = btf;
	return 0;
}

static int teardown(void **state)
{
	btf__free(*state);
	return 0;
}

/* Take the part, and read the file as libbpf does. */
static struct btf *make_part(const struct btf *btf)
{
	int fd = core_btf__make(btf);
	char path[64];
	struct btf *part;

	assert_true(fd >= 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	part = btf__parse(path, NULL);
	assert_non_null(part);
	close(fd);
	return part;
}

static const struct btf_type *find(const struct btf *btf, const char *name, __u32 kind)
{
	int id = btf__find_by_name_kind(btf, name, kind);

	return id < 0 ? NULL : btf__type_by_id(btf, id);
}

/*
 * struct socket with a pointer to a struct of no interest at 0, and a struct at 8 that holds an
 * array of numbers.
 */
static void add_socket(struct btf *btf)
{
	int other = btf__add_struct(btf, "of_no_interest", 4);
	int pointer = btf__add_ptr(btf, other);
	int array = btf__add_array(btf, 1, 1, 3);
	int inner = btf__add_struct(btf, "embedded", 12);
	int defined, socket;

	assert_int_equal(btf__add_field(btf, "numbers", array, 0, 0), 0);
	defined = btf__add_typedef(btf, "embedded_t", inner);
	socket = btf__add_struct(btf, "socket", 24);
	assert_true(socket > 0);
	assert_int_equal(btf__add_field(btf, "pointer", pointer, 0, 0), 0);
	assert_int_equal(btf__add_field(btf, "inner", defined, 8 * 8, 0), 0);
}

static void what_is_embedded_is_there_and_what_is_pointed_to_is_not(void **state)
{
	const struct btf_type *type;
	struct btf *part;

	add_socket(*state);
	part = make_part(*state);
	assert_null(find(part, "of_no_interest", BTF_KIND_STRUCT));
	type = find(part, "socket", BTF_KIND_STRUCT);
	assert_non_null(type);
	assert_int_equal(type->size, 24);
	assert_int_equal(btf_vlen(type), 2);
	assert_string_equal(btf__name_by_offset(part, btf_members(type)[1].name_off), "inner");
	assert_int_equal(btf_member_bit_offset(type, 1), 64);
	assert_int_equal(btf_kind(btf__type_by_id(part, btf_members(type)[0].type)), BTF_KIND_PTR);
	type = btf__type_by_id(part, btf_members(type)[1].type);
	assert_int_equal(btf_kind(type), BTF_KIND_TYPEDEF);
	type = btf__type_by_id(part, type->type);
	assert_string_equal(btf__name_by_offset(part, type->name_off), "embedded");
	type = btf__type_by_id(part, btf_members(type)[0].type);
	assert_int_equal(btf_kind(type), BTF_KIND_ARRAY);
	assert_int_equal(btf_array(type)->nelems, 3);
	type = btf__type_by_id(part, btf_array(type)->type);
	assert_string_equal(btf__name_by_offset(part, type->name_off), "int");
	btf__free(part);
}

static void enumerators_are_there(void **state)
{
	struct btf *part;
	int id;

	assert_true(btf__add_enum(*state, "bpf_func_id", 4) > 0);
	assert_int_equal(btf__add_enum_value(*state, ENUMERATOR, 7), 0);
	assert_true(btf__add_enum(*state, "of_no_interest", 4) > 0);
	part = make_part(*state);
	id = btf__find_by_name_kind(part, "bpf_func_id", BTF_KIND_ENUM);
	assert_true(id > 0);
	assert_true(kernel_btf__has_enumerator(part, id, ENUMERATOR));
	assert_null(find(part, "of_no_interest", BTF_KIND_ENUM));
	btf__free(part);
}

static void types_of_one_name_are_all_there(void **state)
{
	struct btf *part;

	assert_true(btf__add_struct(*state, "sock", 4) > 0);
	assert_true(btf__add_struct(*state, "sock", 8) > 0);
	part = make_part(*state);
	assert_int_equal(btf__type_cnt(part), 3);
	btf__free(part);
}

/* A file of --btf may be wrong in any way that libbpf does not notice. */
static void types_that_hold_themselves_or_do_not_exist_do_no_harm(void **state)
{
	struct btf *part;
	int id = btf__add_struct(*state, "sock", 4);

	assert_int_equal(btf__add_field(*state, "itself", id, 0, 0), 0);
	assert_int_equal(btf__add_field(*state, "none", 1000000, 0, 0), 0);
	part = make_part(*state);
	assert_non_null(find(part, "sock", BTF_KIND_STRUCT));
	btf__free(part);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_is_embedded_is_there_and_what_is_pointed_to_is_not, setup, teardown),
		cmocka_unit_test_setup_teardown(enumerators_are_there, setup, teardown),
		cmocka_unit_test_setup_teardown(types_of_one_name_are_all_there, setup, teardown),
		cmocka_unit_test_setup_teardown(
			types_that_hold_themselves_or_do_not_exist_do_no_harm, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
