// SPDX-License-Identifier: GPL-2.0
/* Tests whether seccomp filters of processes are seen, by children that have some and have none. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/seccomp_mode.h"

/* Wait for good, with a filter that allows everything, or without. Tell by a pipe when ready. */
static void be_looked_at(bool with_filter, int ready)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	const struct sock_fprog program = { .len = 1, .filter = &allow };

	if (with_filter && (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
			    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)))
		_exit(1);
	if (write(ready, "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static pid_t start(bool with_filter)
{
	int ready[2];
	pid_t pid;
	char byte;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		be_looked_at(with_filter, ready[1]);
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void sees_filters_of_others(void **state)
{
	pid_t pid = start(true);
	int budget = 10;

	(void)state;
	assert_int_equal(seccomp_mode__of_process((__u32)pid, &budget), SECCOMP_FOUND);
	assert_int_equal(seccomp_mode__of_thread((__u32)pid, &budget), SECCOMP_FOUND);
	assert_int_equal(budget, 8);
	budget = 0;
	assert_int_equal(seccomp_mode__of_process((__u32)pid, &budget), SECCOMP_UNKNOWN);
	end(pid);
	budget = 10;
	assert_int_equal(seccomp_mode__of_process((__u32)pid, &budget), SECCOMP_FOUND_NONE);
}

/* Where the tests themselves run under a filter, their children have it, too. */
static void sees_none_where_there_is_none(void **state)
{
	pid_t pid = start(false);
	int own = prctl(PR_GET_SECCOMP);
	int budget = 10;

	(void)state;
	assert_true(own >= 0);
	assert_int_equal(seccomp_mode__of_process((__u32)pid, &budget),
			 own ? SECCOMP_FOUND : SECCOMP_FOUND_NONE);
	end(pid);
}

static void a_cgroup_that_is_not_there_has_none(void **state)
{
	int budget = 10;

	(void)state;
	assert_int_equal(seccomp_mode__of_cgroup("/nonexistent", &budget), SECCOMP_FOUND_NONE);
	assert_int_equal(budget, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sees_filters_of_others),
		cmocka_unit_test(sees_none_where_there_is_none),
		cmocka_unit_test(a_cgroup_that_is_not_there_has_none),
	};

	return cmocka_run_group_tests_name("seccomp_mode", tests, NULL, NULL);
}
