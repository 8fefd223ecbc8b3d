// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trace/processes.h"

static pid_t start(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	while (!pid)
		pause();
	return pid;
}

static void end(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static bool have_ended(struct processes *processes)
{
	struct pollfd fd = { .fd = processes->fd, .events = POLLIN };

	return poll(&fd, 1, 0) == 1 && processes__have_ended(processes);
}

static void end_one_after_the_other(void **state)
{
	pid_t one = start(), two = start();
	const struct filter_values pids = { 2, { (__u32)one, (__u32)two } };
	struct processes processes;

	(void)state;
	assert_int_equal(processes__watch(&processes, &pids), 0);
	assert_false(have_ended(&processes));
	end(one);
	assert_false(have_ended(&processes));
	assert_false(have_ended(&processes));
	end(two);
	assert_true(have_ended(&processes));
	processes__close(&processes);
}

static void has_ended_before(void **state)
{
	pid_t gone = start(), there = start();
	const struct filter_values pids = { 2, { (__u32)gone, (__u32)there } };
	struct processes processes;

	(void)state;
	end(gone);
	assert_int_equal(processes__watch(&processes, &pids), 0);
	assert_false(have_ended(&processes));
	end(there);
	assert_true(have_ended(&processes));
	processes__close(&processes);
}

static void watches_none(void **state)
{
	const struct filter_values pids = { 0 };
	struct processes processes;

	(void)state;
	assert_int_equal(processes__watch(&processes, &pids), 0);
	assert_int_equal(processes.fd, -1);
	processes__close(&processes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(end_one_after_the_other),
		cmocka_unit_test(has_ended_before),
		cmocka_unit_test(watches_none),
	};

	return cmocka_run_group_tests_name("processes", tests, NULL, NULL);
}
