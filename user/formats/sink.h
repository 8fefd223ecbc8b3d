/* SPDX-License-Identifier: GPL-2.0 */
/* Where a format's output goes: a file or standard output. */
#ifndef FORMATS_SINK_H
#define FORMATS_SINK_H

#include "formats/format.h"
#include "formats/parts.h"

struct sink;

/*
 * Opens path (created or emptied), or standard output for NULL. Nothing is written yet. NULL on
 * failure, which has been explained on standard error.
 */
struct sink *sink__open(const char *path);

/*
 * The same, but what a file has stays, and the output comes behind it: on a line of its own, also
 * where the last one is not whole.
 */
struct sink *sink__open_to_append(const char *path);

/*
 * If path is not the file any more that the sink writes to, as after logrotate(8) has renamed that,
 * go on in a new one, which begins as an output does. A failure is explained, and the old file is
 * kept then. What is no regular file stays as it is.
 */
void sink__reopen(struct sink *sink);

/* Whether it is a terminal. */
bool sink__is_terminal(const struct sink *sink);

/* The width of the terminal, 0 if it is none. */
int sink__columns(const struct sink *sink);

/* For poll(): has POLLERR once the reader of a pipe is gone. -1 for what is no pipe. */
int sink__pipe_fd(const struct sink *sink);

/* What must still be heeded while the reader of a pipe does not read. */
struct sink_interrupts {
	int signal_fd;	/* readable once a signal has come that ends the trace: writing then ends
			   soon, whether all was taken or not; -1 for none */
	int end_fds[2]; /* readable once the trace ends of itself: what it has shown by then is
			   still to be written, however long that takes; -1 for none */
	void (*end)(void *context); /* called for an end_fd, perhaps more than once */
	void *context;
};

/* At first there are none. interrupts is kept, and may change. */
void sink__set_interrupts(struct sink *sink, const struct sink_interrupts *interrupts);

/*
 * From here on output is in this format. The header must outlive the sink. False when out of
 * memory.
 */
bool sink__begin(struct sink *sink, const struct out_format *format,
		 const struct trace_header *header, const struct out_style *style);

/*
 * Adds to the output; written when much has gathered, or by sink__flush(). Returns as that does.
 */
bool sink__creation(struct sink *sink, const struct tree *tree);

/* Adds a creation that has not ended, if the format has a place for it. */
void sink__in_flight(struct sink *sink, const struct in_flight *creation);

/* Adds that a function is observed from here on. */
void sink__observed(struct sink *sink, int probe);

/* Adds that the wall clock has been set. */
void sink__clock_set(struct sink *sink, const struct clock_change *change);

/* Lets a format that reports in intervals do so: see out_format.tick. */
void sink__tick(struct sink *sink, __u64 now_ns);

/*
 * Writes what has gathered. False if that failed now or before: then the output is at its end. A
 * failure has been explained on standard error, but for a pipe whose reader is gone. Where only a
 * part could be written to a regular file, that holds whole creations all the same: the rest is
 * taken back.
 */
bool sink__flush(struct sink *sink);

/*
 * Once it has failed, the creations that were added to it and that the output has not, or not
 * whole. All 0 as long as nothing has failed.
 */
struct creation_count sink__missing(const struct sink *sink);

/* Bytes written so far. */
__u64 sink__written(const struct sink *sink);

/* Writes the output's end, at the first call. Returns as sink__flush(). */
bool sink__end(struct sink *sink, const struct trace_account *account);

/*
 * Ends the output where that was not done yet, and releases the sink. Returns as sink__flush().
 * sink may be NULL.
 */
bool sink__close(struct sink *sink, const struct trace_account *account);

/* Whether the output ended since the reader of a pipe is gone: no failure. */
bool sink__reader_gone(const struct sink *sink);

#endif /* FORMATS_SINK_H */
