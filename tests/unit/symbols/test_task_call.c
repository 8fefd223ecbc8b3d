// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/syscall.h>

#include "fixtures/files.h"
#include "symbols/task_call.h"

static const struct task_call_arguments asked = { 26, 0x80001, 0 };

static char folder[FILES_PATH_SIZE];

static int begin(void **state)
{
	char path[FILES_PATH_SIZE + 16];

	(void)state;
	files__begin(folder);
	snprintf(path, sizeof(path), "%s/7", folder);
	return mkdir(path, 0755);
}

static int end(void **state)
{
	(void)state;
	files__end(folder);
	return 0;
}

static enum task_call_place find(long number, const char *arguments)
{
	char path[FILES_PATH_SIZE + 16], text[256];

	snprintf(path, sizeof(path), "%s/7/syscall", folder);
	snprintf(text, sizeof(text), "%ld%s\n", number, arguments);
	files__write_text(path, text);
	return task_call__find(folder, 7, &asked);
}

#define MINE   " 0x1a 0x80001 0x0 0x7f12 0x0 0x1 0x7ffe1c0 0x7f1"
#define OTHERS " 0x2 0x80001 0x0 0x7f12 0x0 0x1 0x7ffe1c0 0x7f1"

static void is_inside(void **state)
{
	(void)state;
	assert_int_equal(find(SYS_socket, MINE), TASK_CALL_INSIDE);
	assert_int_equal(find(SYS_socketpair, MINE), TASK_CALL_INSIDE);
	assert_int_equal(find(SYS_accept, OTHERS), TASK_CALL_INSIDE);
	assert_int_equal(find(SYS_accept4, OTHERS), TASK_CALL_INSIDE);
	assert_int_equal(find(SYS_io_uring_enter, OTHERS), TASK_CALL_INSIDE);
	/* An argument is a word of which the kernel takes the lower half. */
	assert_int_equal(find(SYS_socket, " 0xffffffff0000001a 0x80001 0x100000000 0x0"),
			 TASK_CALL_INSIDE);
}

static void is_outside(void **state)
{
	(void)state;
	assert_int_equal(find(SYS_socket, OTHERS), TASK_CALL_OUTSIDE);
	assert_int_equal(find(SYS_read, MINE), TASK_CALL_OUTSIDE);
	assert_int_equal(find(SYS_futex, MINE), TASK_CALL_OUTSIDE);
	assert_int_equal(find(SYS_socket, ""), TASK_CALL_OUTSIDE);
}

static void is_not_known(void **state)
{
	char path[FILES_PATH_SIZE + 16];

	(void)state;
	assert_int_equal(find(-1, " 0x0 0x0"), TASK_CALL_UNKNOWN); /* not in a system call */
	snprintf(path, sizeof(path), "%s/7/syscall", folder);
	files__write_text(path, "running\n");
	assert_int_equal(task_call__find(folder, 7, &asked), TASK_CALL_UNKNOWN);
	files__write_text(path, "");
	assert_int_equal(task_call__find(folder, 7, &asked), TASK_CALL_UNKNOWN);
	assert_int_equal(task_call__find(folder, 8, &asked), TASK_CALL_UNKNOWN);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(is_inside), TEST(is_outside), TEST(is_not_known) };

	return cmocka_run_group_tests_name("task_call", tests, NULL, NULL);
}
