// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "fixtures/files.h"
#include "symbols/task_status.h"

static void reads_this_task(void **state)
{
	struct task_status status;

	(void)state;
	/* A name may look like the lines of the file, but these have it escaped. */
	assert_int_equal(prctl(PR_SET_NAME, "a\nUid:\t4711"), 0);
	assert_true(task_status__read(&status, "/proc", (__u32)gettid()));
	assert_string_equal(status.comm, "a\nUid:\t4711");
	assert_int_equal(status.ppid, getppid());
	assert_int_equal(status.uid, getuid());
}

static void knows_no_task(void **state)
{
	struct task_status status;

	(void)state;
	assert_false(task_status__read(&status, "/proc", 0));
	assert_false(task_status__read(&status, "/no-such-folder", 1));
}

static void make_task(char *folder, const char *comm, const char *status)
{
	char path[FILES_PATH_SIZE + 16];

	files__begin(folder);
	snprintf(path, sizeof(path), "%s/7", folder);
	assert_int_equal(mkdir(path, 0755), 0);
	snprintf(path, sizeof(path), "%s/7/comm", folder);
	files__write_text(path, comm);
	snprintf(path, sizeof(path), "%s/7/status", folder);
	files__write_text(path, status);
}

/* That of a kernel thread says what it works on. */
static void cuts_a_long_name(void **state)
{
	struct task_status status;
	char folder[FILES_PATH_SIZE];

	(void)state;
	make_task(folder, "kworker/0:1-events_unbound\n", "PPid:\t2\nUid:\t3\t4\t5\t6\nGid:\t9\n");
	assert_true(task_status__read(&status, folder, 7));
	assert_string_equal(status.comm, "kworker/0:1-eve");
	assert_int_equal(status.ppid, 2);
	assert_int_equal(status.uid, 3);
	files__end(folder);
}

static void takes_what_there_is(void **state)
{
	struct task_status status;
	char folder[FILES_PATH_SIZE];

	(void)state;
	make_task(folder, "\n", "Uid:\nPPid:x\nPPid:\n");
	assert_true(task_status__read(&status, folder, 7));
	assert_string_equal(status.comm, "");
	assert_int_equal(status.ppid, 0);
	assert_int_equal(status.uid, 0);
	files__end(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_this_task),
		cmocka_unit_test(knows_no_task),
		cmocka_unit_test(cuts_a_long_name),
		cmocka_unit_test(takes_what_there_is),
	};

	return cmocka_run_group_tests_name("task_status", tests, NULL, NULL);
}
