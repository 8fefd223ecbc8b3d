/* SPDX-License-Identifier: GPL-2.0 */
/* Messages to people, on standard error. Nothing else writes there. */
#ifndef TEXT_LOG_H
#define TEXT_LOG_H

/* "sockcreate-trace: " and the message, a sentence without a final stop. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same for what does not stop the tool; silent with -q. */
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Facts of interest, with -v only. */
void log_verbose(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Sets what -q and -v say. Before it is called only errors and warnings are printed. */
void log_set_level(int quiet, int verbose);

#endif /* TEXT_LOG_H */
