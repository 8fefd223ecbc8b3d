/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The signals that end a trace or ask something of it, and the signal handling that the tool was
 * given.
 */
#ifndef TRACE_SIGNALS_H
#define TRACE_SIGNALS_H

#include <signal.h>

struct signal_watcher; /* the thread that counts them */

struct signals {
	int fd;		/* a pipe with a struct signalfd_siginfo of each signal that ends a trace */
	int request_fd; /* signalfd of those that ask for something: SIGUSR1, and SIGHUP
			   where there is no controlling terminal */
	struct signal_watcher *watcher;
	sigset_t old_mask;
	struct sigaction old_pipe, old_file_size;
};

/*
 * The third signal that ends a trace ends the tool at once, whatever it is doing.
 *
 * Block these signals, and read them from fd and request_fd instead. Those that are ignored, as
 * under nohup(1), stay ignored. Ignore SIGPIPE and SIGXFSZ, since write() reports the same errors.
 * Return -1 and set errno on failure.
 */
int signals__take(struct signals *signals);

/*
 * Restore the signal handling that the tool was given, for a child that executes another program.
 */
void signals__restore(const struct signals *signals);

/*
 * Discard the signals that have arrived, and restore their handling: from now on such a signal does
 * what it did before signals__take(). Only those that ask for something are ignored: they would end
 * the tool.
 */
void signals__release(struct signals *signals);

#endif /* TRACE_SIGNALS_H */
