// SPDX-License-Identifier: GPL-2.0
/* Signals that end a trace, and that end the tool. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trace/signals.h"

/* Return the number of the next signal, once it has come. */
static int wait_for_signal(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	struct signalfd_siginfo info;

	assert_int_equal(poll(&poll_fd, 1, -1), 1);
	assert_int_equal(read(fd, &info, sizeof(info)), sizeof(info));
	return (int)info.ssi_signo;
}

static void passes_signals_on(void **state)
{
	struct signals signals = { 0 };
	struct signalfd_siginfo info;

	(void)state;
	assert_int_equal(signals__take(&signals), 0);
	kill(getpid(), SIGTERM);
	assert_int_equal(wait_for_signal(signals.fd), SIGTERM);
	kill(getpid(), SIGUSR1);
	assert_int_equal(wait_for_signal(signals.request_fd), SIGUSR1);
	kill(getpid(), SIGINT);
	assert_int_equal(wait_for_signal(signals.fd), SIGINT);
	assert_int_equal(read(signals.fd, &info, sizeof(info)), -1);
	signals__release(&signals);
	/* What asks for something comes too late now, and must not end the tool. */
	kill(getpid(), SIGUSR1);
}

/* What the tool may be doing: it does not look at its signals. The parent is told of each. */
static void be_busy(int report_fd)
{
	struct signals signals = { 0 };
	struct pollfd poll_fd;
	int seen = 0;

	if (signals__take(&signals) || write(report_fd, "", 1) != 1)
		_exit(1);
	for (;;) {
		poll_fd = (struct pollfd){ .fd = signals.fd, .events = POLLIN };
		while (poll(&poll_fd, 1, -1) != 1)
			;
		wait_for_signal(signals.fd);
		if (write(report_fd, "", 1) != 1 || ++seen == 3)
			_exit(1);
	}
}

static void ends_at_the_third(void **state)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGINT };
	int pipes[2], status, i;
	char byte;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		be_busy(pipes[1]);
	close(pipes[1]);
	for (i = 0; i < 3; i++) {
		assert_int_equal(read(pipes[0], &byte, 1), 1);
		assert_int_equal(kill(pid, numbers[i]), 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGINT);
	close(pipes[0]);
}

static void leaves_ignored_ones(void **state)
{
	struct signals signals = { 0 };
	struct signalfd_siginfo info;

	(void)state;
	signal(SIGHUP, SIG_IGN);
	assert_int_equal(signals__take(&signals), 0);
	kill(getpid(), SIGHUP);
	assert_int_equal(read(signals.fd, &info, sizeof(info)), -1);
	signals__release(&signals);
	signal(SIGHUP, SIG_DFL);
}

/* A shell ignores SIGINT for what it runs in the background, and nohup ignores SIGHUP. */
static int heed_signals(void **state)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		signal(numbers[i], SIG_DFL);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_signals_on),
		cmocka_unit_test(ends_at_the_third),
		cmocka_unit_test(leaves_ignored_ones),
	};

	return cmocka_run_group_tests_name("signals", tests, heed_signals, NULL);
}
