/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages to people, on standard error. Nothing else writes there. Each is one line, whatever it
 * quotes: what is not printable is escaped.
 */
#ifndef TEXT_LOG_H
#define TEXT_LOG_H

#include <stdarg.h>

/* "sockcreate-trace: " and the message, a sentence without a final stop. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same for what does not stop the tool; silent with -q. */
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same for what a signal has asked for. */
void log_answer(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Facts of interest, with -v only. */
void log_verbose(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * The same for a text of several lines, as of the kernel's verifier. Its further lines are marked,
 * so that none of them passes for a message.
 */
void log_verbose_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same always, for a text that another library has formatted. */
void log_text(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

/* Sets what -q and -v say. Before it is called only errors and warnings are printed. */
void log_set_level(int quiet, int verbose);

#endif /* TEXT_LOG_H */
