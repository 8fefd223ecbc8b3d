/* SPDX-License-Identifier: GPL-2.0 */
/* A file in place of /proc/kallsyms. */
#ifndef TESTS_KALLSYMS_FIXTURE_H
#define TESTS_KALLSYMS_FIXTURE_H

#include "tests/unit/files.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

struct fixture {
	char folder[FILES_PATH_SIZE];
	char path[2 * FILES_PATH_SIZE];
	const char *reason;
};

static inline int begin(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	files__begin(fixture->folder);
	snprintf(fixture->path, sizeof(fixture->path), "%s/kallsyms", fixture->folder);
	*state = fixture;
	return 0;
}

static inline int end(void **state)
{
	struct fixture *fixture = *state;

	files__end(fixture->folder);
	free(fixture);
	return 0;
}

/* As on x86-64: modules above the image, in the order of their loading. */
static const char kernel[] = "0000000000000000 A fixed_percpu_data\n"
			     "0000000000001000 A cpu_debug_store\n"
			     "ffffffff81000000 T _stext\n"
			     "ffffffff81000000 T _text\n"
			     "ffffffff81000100 t __pfx_local_one\n"
			     "ffffffff81000110 t local_one\n"
			     "ffffffff81000200 t do_init.constprop.0\n"
			     "ffffffff81000300 W weak_one\n"
			     "ffffffff81009000 T last_one\n"
			     "ffffffff81010000 T _etext\n"
			     "ffffffff82000000 D __start_rodata\n"
			     "ffffffff82000010 d net_families\n"
			     "ffffffff82000018 d twice\n"
			     "ffffffff82000020 b twice\n"
			     "ffffffff83000000 T _sinittext\n"
			     "ffffffff83000040 t an_initcall\n"
			     "ffffffff83001000 B init_data\n"
			     "ffffffff84000000 B _end\n"
			     "ffffffffc0403000 t xfs_last\t[xfs]\n"
			     "ffffffffc0401000 t xfs_first\t[xfs]\n"
			     "ffffffffc0401100 T xfs_second\t[xfs]\n"
			     "ffffffffc0405000 d net_families\t[xfs]\n"
			     "ffffffffc0405010 d xfs_data\t[xfs]\n"
			     "ffffffffc0300000 T udp_sock_create4\t[udp_tunnel]\n"
			     "ffffffffc0500ff0 t bpf_prog_1234_one\t[bpf]\n"
			     "ffffffffc0502000 t bpf_prog_5678_two\t[bpf]\n"
			     "ffffffffc0600000 t ftrace_trampoline\t[__builtin__ftrace]\n";

#define TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

#endif /* TESTS_KALLSYMS_FIXTURE_H */
