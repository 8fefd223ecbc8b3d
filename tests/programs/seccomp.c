// SPDX-License-Identifier: GPL-2.0
/*
 * seccomp cases: has seccomp filters answer system calls in every way, each in a process of its
 *	own, and prints each call with what came of it, and the name of the case. Calls that nobody
 *	answers, since a signal comes first, are not printed.
 * seccomp exec ERRNO PROGRAM: executes a 32-bit program whose calls that make sockets fail so.
 * seccomp storm THREADS CALLS: each of so many threads makes so many calls that are refused.
 * seccomp later: prints its pid. With the first line that it reads it installs a filter; from then
 *	on it calls socket() every 10 ms, until its input ends, and prints how often it has.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "creation.h"

#if defined(__x86_64__)
#define ARCH	    AUDIT_ARCH_X86_64
#define ARCH_32	    AUDIT_ARCH_I386
#define CALLS_32    102, 359, 360
#define NR_CALLS_32 3
#else
#define ARCH	    AUDIT_ARCH_AARCH64
#define ARCH_32	    AUDIT_ARCH_ARM
#define CALLS_32    281, 288
#define NR_CALLS_32 2
#endif

#define MAX_CALLS 8

/* What the filter does to these calls; it allows all others. */
struct rules {
	unsigned int arch, action;
	int nr;
	unsigned int calls[MAX_CALLS];
};

static const struct rules sockets = {
	.arch = ARCH,
	.nr = 4,
	.calls = { SYS_socket, SYS_socketpair, SYS_accept, SYS_accept4 },
};

/* By seccomp() if there are flags, else by prctl(). What that returns: 0, or a listener. */
static int install_rules(const struct rules *rules, unsigned int flags)
{
	struct sock_filter code[MAX_CALLS + 5];
	struct sock_fprog program = { .filter = code };
	int i, at = 0, result;

	code[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						  offsetof(struct seccomp_data, arch));
	code[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, rules->arch, 0,
						  rules->nr + 1);
	code[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						  offsetof(struct seccomp_data, nr));
	for (i = 0; i < rules->nr; i++)
		code[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
							  rules->calls[i], rules->nr - i, 0);
	code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, rules->action);
	program.len = (unsigned short)at;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		fail("no_new_privs");
	if (flags)
		result = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
	else
		result = prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
	if (result < 0)
		fail("the filter is not installed");
	return result;
}

static int install(unsigned int action, unsigned int flags)
{
	struct rules rules = sockets;

	rules.action = action;
	return install_rules(&rules, flags);
}

/* The name of the case that this process is for. */
static const char *name;

/* result is a number, "null" where there is none, or "made" where a socket was really made. */
static void print(const char *via, int family, int type, int protocol, const char *result)
{
	printf("{\"case\":\"%s\",\"via\":\"%s\",\"pid\":%d,\"tid\":%d,\"family\":%d,\"type\":%d,"
	       "\"protocol\":%d,\"ret\":%s}\n",
	       name, via, getpid(), gettid(), family, type, protocol, result);
	fflush(stdout);
}

static void print_number(const char *via, int family, int type, int protocol, long result)
{
	char text[32];

	snprintf(text, sizeof(text), "%ld", result < 0 ? -(long)errno : result);
	print(via, family, type, protocol, text);
}

static long call_socket(int protocol)
{
	return syscall(SYS_socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, protocol);
}

/* Calls socket() and prints that. */
static void ask(int protocol)
{
	print_number("socket", AF_INET, SOCK_STREAM | SOCK_CLOEXEC, protocol,
		     call_socket(protocol));
}

static void ask_for_pair(void)
{
	int fds[2];

	print_number("socketpair", AF_UNIX, SOCK_DGRAM, 0,
		     syscall(SYS_socketpair, AF_UNIX, SOCK_DGRAM, 0, fds));
}

/* Calls that will not return, printed before. */
static void ask_in_vain(int protocol)
{
	print("socket", AF_INET, SOCK_STREAM | SOCK_CLOEXEC, protocol, "null");
	call_socket(protocol);
}

static void be_refused(void)
{
	int listener = (int)syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0);

	print_number("socket", AF_UNIX, SOCK_STREAM, 0, listener);
	install(SECCOMP_RET_ERRNO | EPERM, 0);
	ask(6);
	ask_for_pair();
	print_number("accept", AF_UNIX, SOCK_STREAM, 0, syscall(SYS_accept, listener, NULL, NULL));
	print_number("accept4", AF_UNIX, SOCK_STREAM, 0,
		     syscall(SYS_accept4, listener, NULL, NULL, SOCK_CLOEXEC));
}

static void be_refused_strangely(void)
{
	install(SECCOMP_RET_ERRNO | 4095, SECCOMP_FILTER_FLAG_LOG);
	ask(0);
}

static void be_deceived(void)
{
	install(SECCOMP_RET_ERRNO | 0, 0);
	ask(17);
	ask_for_pair();
}

static void be_refused_by_nested(void)
{
	install(SECCOMP_RET_ERRNO | EACCES, 0);
	install(SECCOMP_RET_LOG, 0);
	install(SECCOMP_RET_ERRNO | EMFILE, 0);
	install(SECCOMP_RET_ALLOW, 0);
	ask(6);
}

static void handle(int number)
{
	(void)number;
}

static void set_handler(int number)
{
	struct sigaction action = { .sa_handler = handle };

	if (sigaction(number, &action, NULL))
		fail("sigaction");
}

static void be_trapped(void)
{
	set_handler(SIGSYS);
	install(SECCOMP_RET_TRAP, 0);
	ask_in_vain(6);
	ask_in_vain(0);
}

static void be_trapped_fatally(void)
{
	install(SECCOMP_RET_TRAP, 0);
	ask_in_vain(6);
}

static void be_killed(void)
{
	install(SECCOMP_RET_KILL_PROCESS, 0);
	ask_in_vain(6);
}

static void be_killed_alone(void)
{
	install(SECCOMP_RET_KILL_THREAD, 0);
	ask_in_vain(6);
}

static void *die(void *unused)
{
	be_killed_alone();
	return unused;
}

static void lose_a_thread(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, die, NULL) || pthread_join(thread, NULL))
		fail("pthread_create");
	ask(6);
}

static void be_strict(void)
{
	print("socket", AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 6, "null");
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT))
		fail("strict mode");
	call_socket(6);
}

static void be_logged(void)
{
	install(SECCOMP_RET_LOG, 0);
	ask(6);
	install(SECCOMP_RET_TRACE, 0);
	ask(6); /* there is no tracer */
}

/* A thread without a filter that answers for the one with it. */
struct supervisor {
	pthread_t thread;
	_Atomic int listener; /* -1: not there yet */
	pid_t asks;
};

static void interrupt(const struct supervisor *supervisor)
{
	if (tgkill(getpid(), supervisor->asks, SIGUSR1))
		fail("tgkill");
}

/* An error, a result, the call itself, and no answer: by the protocol that is asked for. */
static bool answer(const struct supervisor *supervisor, const struct seccomp_notif *asked)
{
	struct seccomp_notif_resp response = { .id = asked->id };

	switch (asked->data.args[2]) {
	case 1:
		response.error = -EACCES;
		break;
	case 2:
		response.val = 77;
		break;
	case 3:
		interrupt(supervisor);
		return true;
	default:
		response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
		break;
	}
	if (ioctl(supervisor->listener, SECCOMP_IOCTL_NOTIF_SEND, &response))
		fail("SECCOMP_IOCTL_NOTIF_SEND");
	return asked->data.args[2] != 6;
}

static void *supervise(void *argument)
{
	struct supervisor *supervisor = argument;
	struct seccomp_notif asked;

	while (supervisor->listener < 0)
		usleep(1000);
	do {
		memset(&asked, 0, sizeof(asked));
		if (ioctl(supervisor->listener, SECCOMP_IOCTL_NOTIF_RECV, &asked))
			fail("SECCOMP_IOCTL_NOTIF_RECV");
	} while (answer(supervisor, &asked));
	return NULL;
}

static void be_notified(void)
{
	struct supervisor supervisor = { .listener = -1, .asks = gettid() };

	set_handler(SIGUSR1);
	if (pthread_create(&supervisor.thread, NULL, supervise, &supervisor))
		fail("pthread_create");
	supervisor.listener = install(SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER);
	ask(1);
	ask(2);
	if (call_socket(3) != -1 || errno != EINTR)
		fail("the wait for the notifier was not interrupted");
	ask(6);
	pthread_join(supervisor.thread, NULL);
	install(SECCOMP_RET_ERRNO | EPERM, 0);
	ask(6);
}

static void be_notified_by_nobody(void)
{
	close(install(SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER));
	ask(6);
}

/* Skips the system call that the process has stopped at, and sets what it returns. */
static void skip_call(pid_t pid, int error)
{
#if defined(__x86_64__)
	struct user_regs_struct registers;

	if (ptrace(PTRACE_GETREGS, pid, NULL, &registers))
		fail("PTRACE_GETREGS");
	registers.orig_rax = (unsigned long long)-1;
	registers.rax = (unsigned long long)-(long long)error;
	if (ptrace(PTRACE_SETREGS, pid, NULL, &registers))
		fail("PTRACE_SETREGS");
#else
	int none = -1;
	struct user_regs_struct registers;
	struct iovec call = { &none, sizeof(none) }, all = { &registers, sizeof(registers) };

	if (ptrace(PTRACE_SETREGSET, pid, 0x404 /* NT_ARM_SYSTEM_CALL */, &call) ||
	    ptrace(PTRACE_GETREGSET, pid, 1 /* NT_PRSTATUS */, &all))
		fail("PTRACE_SETREGSET");
	registers.regs[0] = (unsigned long long)-(long long)error;
	if (ptrace(PTRACE_SETREGSET, pid, 1, &all))
		fail("PTRACE_SETREGSET");
#endif
}

static void be_traced(void)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		fail("PTRACE_TRACEME");
	raise(SIGSTOP);
	install(SECCOMP_RET_TRACE, 0);
	ask(6);
	ask(6);
	_exit(0);
}

/* Refuses the first call, and lets the second one be made. */
static void trace(void)
{
	int status, stops = 0;
	pid_t pid = fork();

	if (!pid)
		be_traced();
	if (waitpid(pid, &status, 0) != pid ||
	    ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL))
		fail("PTRACE_SETOPTIONS");
	while (ptrace(PTRACE_CONT, pid, NULL, NULL) == 0) {
		if (waitpid(pid, &status, 0) != pid || WIFEXITED(status))
			break;
		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8) && !stops++)
			skip_call(pid, EMFILE);
	}
}

/* With how it ends: 0, or the number of a signal. */
static const struct {
	const char *name;
	void (*run)(void);
	int signal;
} cases[] = {
	{ "errno", be_refused, 0 },
	{ "strange", be_refused_strangely, 0 },
	{ "zero", be_deceived, 0 },
	{ "nested", be_refused_by_nested, 0 },
	{ "trap", be_trapped, 0 },
	{ "fatal_trap", be_trapped_fatally, SIGSYS },
	{ "kill", be_killed, SIGSYS },
	{ "kill_alone", be_killed_alone, SIGSYS },
	{ "kill_thread", lose_a_thread, 0 },
	{ "strict", be_strict, SIGKILL },
	{ "log", be_logged, 0 },
	{ "notify", be_notified, 0 },
	{ "no_notifier", be_notified_by_nobody, 0 },
	{ "trace", trace, 0 },
};

static void run_case(int number)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		name = cases[number].name;
		cases[number].run();
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid)
		fail("waitpid");
	if (WIFSIGNALED(status) ? WTERMSIG(status) != cases[number].signal : status != 0) {
		fprintf(stderr, "%s ended with status %#x\n", cases[number].name, status);
		exit(1);
	}
}

static void execute(int error, char **command)
{
	const struct rules rules = {
		.arch = ARCH_32,
		.action = SECCOMP_RET_ERRNO | (unsigned int)error,
		.nr = NR_CALLS_32,
		.calls = { CALLS_32 },
	};

	install_rules(&rules, 0);
	execv(command[0], command);
	fail(command[0]);
}

static void ask_later(void)
{
	struct pollfd input = { .fd = 0, .events = POLLIN };
	char text[16];
	int calls = 0;

	printf("{\"pid\":%d}\n", getpid());
	fflush(stdout);
	if (read(0, text, sizeof(text)) <= 0)
		return;
	install(SECCOMP_RET_ERRNO | EPERM, 0);
	do {
		call_socket(6);
		calls++;
	} while (poll(&input, 1, 10) == 0);
	printf("{\"calls\":%d}\n", calls);
}

static void *ask_often(void *argument)
{
	int calls = *(int *)argument;

	while (calls--)
		call_socket(6);
	return NULL;
}

static void storm(int nr_threads, int calls)
{
	pthread_t threads[64];
	int i;

	install(SECCOMP_RET_ERRNO | EPERM, 0);
	for (i = 0; i < nr_threads && i < 64; i++) {
		if (pthread_create(&threads[i], NULL, ask_often, &calls))
			fail("pthread_create");
	}
	while (i)
		pthread_join(threads[--i], NULL);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	size_t i;

	if (!strcmp(what, "cases")) {
		for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
			run_case((int)i);
	} else if (!strcmp(what, "exec") && argc >= 4) {
		execute(number_argument(argv[2]), argv + 3);
	} else if (!strcmp(what, "storm") && argc == 4) {
		storm(number_argument(argv[2]), number_argument(argv[3]));
	} else if (!strcmp(what, "later")) {
		ask_later();
	} else {
		fputs("see the beginning of seccomp.c\n", stderr);
		return 2;
	}
	return 0;
}
