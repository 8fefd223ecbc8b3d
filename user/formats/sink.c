// SPDX-License-Identifier: GPL-2.0
#include "formats/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text/log.h"

#define FLUSH_SIZE    (64 * 1024) /* gathered output that is written at once */
#define FINAL_WAIT_MS 1000	  /* patience with a reader once the trace is to end */

struct sink {
	int fd;
	const char *name; /* for messages */
	const char *path; /* NULL for standard output */
	bool appends;	  /* to a file that others may append to as well */
	bool regular;	  /* a regular file: can be positioned, never blocks */
	bool pipe;
	bool failed;
	bool reader_gone;
	bool ended;
	const struct sink_interrupts *interrupts;
	size_t closing_size; /* of format->closing, if it is put behind what is written */
	off_t written;	     /* where closing begins in the file, if it does */
	const struct out_format *format;
	const struct trace_header *header;
	struct out_style style;
	struct out *out;
	struct buffer buffer; /* what has gathered */
	struct parts parts;   /* of it */
};

static int open_file(const char *path, bool append)
{
	return open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC), 0666);
}

/* Find out what was opened. Return false after printing an error. */
static bool examine(struct sink *sink)
{
	struct stat status;

	if (sink->fd < 0 || fstat(sink->fd, &status)) {
		log_error("cannot write to %s: %s", sink->name, strerror(errno));
		return false;
	}
	if ((fcntl(sink->fd, F_GETFL) & O_ACCMODE) == O_RDONLY) {
		log_error("cannot write to %s: it is closed, or only open for reading", sink->name);
		return false;
	}
	sink->regular = S_ISREG(status.st_mode);
	sink->pipe = S_ISFIFO(status.st_mode);
	return true;
}

static struct sink *open_sink(const char *path, bool append)
{
	struct sink *sink = calloc(1, sizeof(*sink));

	if (!sink) {
		log_error("out of memory");
		return NULL;
	}
	sink->name = path ? path : "standard output";
	sink->path = path;
	sink->appends = append;
	sink->fd = path ? open_file(path, append) : STDOUT_FILENO;
	if (examine(sink))
		return sink;
	if (path && sink->fd >= 0)
		close(sink->fd);
	free(sink);
	return NULL;
}

struct sink *sink__open(const char *path)
{
	return open_sink(path, false);
}

/* Whether the file's last line is not whole. One that can't be read is taken to be. */
static bool ends_within_line(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char last = '\n';
	off_t size;

	if (fd < 0)
		return false;
	size = lseek(fd, 0, SEEK_END);
	if (size > 0 && pread(fd, &last, 1, size - 1) != 1)
		last = '\n';
	close(fd);
	return last != '\n';
}

struct sink *sink__open_to_append(const char *path)
{
	struct sink *sink = open_sink(path, true);

	if (sink && sink->regular && ends_within_line(path))
		buffer__add_char(&sink->buffer, '\n');
	return sink;
}

bool sink__is_terminal(const struct sink *sink)
{
	return isatty(sink->fd);
}

int sink__columns(const struct sink *sink)
{
	struct winsize size;

	return isatty(sink->fd) && !ioctl(sink->fd, TIOCGWINSZ, &size) ? size.ws_col : 0;
}

int sink__pipe_fd(const struct sink *sink)
{
	return sink->pipe ? sink->fd : -1;
}

void sink__set_interrupts(struct sink *sink, const struct sink_interrupts *interrupts)
{
	sink->interrupts = interrupts;
}

/* Whether others may write to the same file, so that positions in it are not the sink's own. */
static bool is_shared(const struct sink *sink)
{
	return sink->fd == STDOUT_FILENO || sink->appends;
}

bool sink__begin(struct sink *sink, const struct out_format *format,
		 const struct trace_header *header, const struct out_style *style)
{
	sink->format = format;
	sink->header = header;
	sink->style = *style;
	sink->out = format->create(header, style);
	if (!sink->out) {
		log_error("out of memory");
		return false;
	}
	/* Standard output may be appended to a file, where positions are not ours. */
	if (format->closing && sink->regular && !is_shared(sink))
		sink->closing_size = strlen(format->closing);
	if (format->begin)
		format->begin(sink->out, &sink->buffer);
	parts__end(&sink->parts, sink->buffer.size);
	return true;
}

static void fail(struct sink *sink, int error)
{
	sink->failed = true;
	if (error == EPIPE)
		sink->reader_gone = true;
	else if (error == EINTR)
		log_error("%s does not take the output: the end of it is missing", sink->name);
	else
		log_error("cannot write to %s: %s", sink->name, strerror(error));
}

/*
 * Waits until a pipe or terminal takes PIPE_BUF bytes. Once a signal has come that ends the trace,
 * no longer than FINAL_WAIT_MS.
 */
static bool wait_for_reader(struct sink *sink)
{
	const struct sink_interrupts *interrupts = sink->interrupts;
	struct pollfd fds[] = {
		{ .fd = sink->fd, .events = POLLOUT },
		{ .fd = interrupts ? interrupts->signal_fd : -1, .events = POLLIN },
		{ .fd = interrupts ? interrupts->end_fds[0] : -1, .events = POLLIN },
		{ .fd = interrupts ? interrupts->end_fds[1] : -1, .events = POLLIN },
	};
	int i;

	while (!fds[0].revents && !fds[1].revents) {
		if (poll(fds, 4, -1) < 0 && errno != EINTR)
			return false;
		for (i = 2; i < 4; i++) {
			if (!fds[i].revents)
				continue;
			interrupts->end(interrupts->context);
			fds[i] = (struct pollfd){ .fd = -1 };
		}
	}
	if (fds[0].revents || poll(fds, 1, FINAL_WAIT_MS) == 1)
		return true;
	errno = EINTR;
	return false;
}

/* How much of it could be written: unless it was all, the sink has failed. */
static size_t write_all(struct sink *sink, const char *data, size_t size)
{
	size_t done = 0;

	while (done < size) {
		size_t rest = size - done;
		size_t part = sink->regular || rest < PIPE_BUF ? rest : PIPE_BUF;
		ssize_t written;

		if (!sink->regular && !wait_for_reader(sink)) {
			fail(sink, errno);
			break;
		}
		written = write(sink->fd, data + done, part);
		if (written < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (written < 0) {
			fail(sink, errno);
			break;
		}
		done += (size_t)written;
	}
	return done;
}

/*
 * Where in a regular file the next write begins. Standard output may have been written to before,
 * and others may write to it meanwhile.
 */
static off_t find_position(const struct sink *sink)
{
	bool appends;

	if (!sink->regular || !is_shared(sink))
		return sink->written;
	appends = fcntl(sink->fd, F_GETFL) & O_APPEND;
	return lseek(sink->fd, 0, appends ? SEEK_END : SEEK_CUR);
}

/* Whether nothing but what the sink has written is behind that position. */
static bool ends_at(const struct sink *sink, off_t position)
{
	struct stat status;

	if (!is_shared(sink))
		return true;
	return lseek(sink->fd, 0, SEEK_CUR) == position && !fstat(sink->fd, &status) &&
	       status.st_size == position;
}

/* The file is to end at end, with closing behind that if it has got as far as that. */
static bool cut_off(struct sink *sink, off_t end)
{
	size_t closing_size = end ? sink->closing_size : 0;

	if (closing_size && pwrite(sink->fd, sink->format->closing, closing_size, end) < 0)
		return false;
	end += (off_t)closing_size;
	return !ftruncate(sink->fd, end) && lseek(sink->fd, end, SEEK_SET) == end;
}

/*
 * Of what has gathered only so many bytes were written, from that position on. Takes back those
 * that are no whole part, where that can be done. Returns how many are left.
 */
static size_t take_back(struct sink *sink, off_t position, size_t written)
{
	size_t whole;

	if (!sink->regular || !written || !ends_at(sink, position + (off_t)written))
		return written;
	/* The closing takes the place of what was written, since there is no other. */
	whole = written < sink->closing_size
			? 0
			: parts__whole(&sink->parts, written - sink->closing_size);
	if (cut_off(sink, position + (off_t)whole))
		return whole;
	log_verbose("cannot take back the end of %s: %s", sink->name, strerror(errno));
	return written;
}

/* Writes what has gathered, and behind it as much of the closing. */
static bool write_out(struct sink *sink, size_t closing_size)
{
	struct buffer *buffer = &sink->buffer;
	size_t gathered = buffer->size;
	off_t position;
	size_t written;

	if (sink->failed || (!gathered && !buffer->failed))
		return !sink->failed;
	/* One write for both, so that the file is never seen, nor left, without its end. */
	buffer__add(buffer, sink->format->closing, closing_size);
	if (buffer->failed) {
		fail(sink, ENOMEM);
		return false;
	}
	position = find_position(sink);
	written = write_all(sink, buffer->data, buffer->size);
	if (written < buffer->size) {
		parts__written(&sink->parts, take_back(sink, position, written));
		return false;
	}
	parts__written(&sink->parts, gathered);
	sink->written += (off_t)gathered;
	buffer->size = 0;
	if (closing_size && lseek(sink->fd, sink->written, SEEK_SET) < 0) {
		fail(sink, errno);
		return false;
	}
	return true;
}

bool sink__flush(struct sink *sink)
{
	return write_out(sink, sink->closing_size);
}

/* Whether path still leads to the file that is open. */
static bool is_in_place(const struct sink *sink)
{
	struct stat own, other;

	return !fstat(sink->fd, &own) && !stat(sink->path, &other) && own.st_dev == other.st_dev &&
	       own.st_ino == other.st_ino;
}

/* Put a new file in place of the open one. Return false if it can't be opened. */
static bool replace_file(struct sink *sink)
{
	struct stat status;
	int fd = open_file(sink->path, sink->appends);
	bool replaced = fd >= 0 && !fstat(fd, &status) && S_ISREG(status.st_mode) &&
			dup3(fd, sink->fd, O_CLOEXEC) >= 0;

	if (!replaced)
		log_error("cannot reopen %s: %s; the output goes on in the file that it had",
			  sink->name, fd >= 0 ? "it is not a regular file" : strerror(errno));
	if (fd >= 0)
		close(fd);
	return replaced;
}

void sink__reopen(struct sink *sink)
{
	struct out *fresh;

	if (!sink->path || !sink->regular || !sink->out || sink->ended || is_in_place(sink) ||
	    !sink__flush(sink) || !replace_file(sink))
		return;
	sink->written = 0;
	/* What is written at the end is about the whole trace. */
	if (sink->format->writes_at_end)
		return;
	fresh = sink->format->create(sink->header, &sink->style);
	if (!fresh) {
		fail(sink, ENOMEM);
		return;
	}
	sink->format->destroy(sink->out);
	sink->out = fresh;
	if (sink->format->begin)
		sink->format->begin(sink->out, &sink->buffer);
	parts__end(&sink->parts, sink->buffer.size);
	sink__flush(sink);
}

bool sink__creation(struct sink *sink, const struct tree *tree)
{
	parts__add_creation(&sink->parts, tree->record->ret < 0);
	if (sink->failed)
		return false;
	sink->format->creation(sink->out, tree, &sink->buffer);
	parts__end(&sink->parts, sink->buffer.size);
	return sink->buffer.size < FLUSH_SIZE || sink__flush(sink);
}

void sink__in_flight(struct sink *sink, const struct in_flight *creation)
{
	if (sink->failed || !sink->format->in_flight)
		return;
	sink->format->in_flight(sink->out, creation, &sink->buffer);
	parts__end(&sink->parts, sink->buffer.size);
}

void sink__observed(struct sink *sink, int probe)
{
	if (sink->failed || !sink->format->observed)
		return;
	sink->format->observed(sink->out, probe, &sink->buffer);
	parts__end(&sink->parts, sink->buffer.size);
}

void sink__clock_set(struct sink *sink, const struct clock_change *change)
{
	if (sink->failed || !sink->format->clock_set)
		return;
	sink->format->clock_set(sink->out, change, &sink->buffer);
	parts__end(&sink->parts, sink->buffer.size);
}

void sink__tick(struct sink *sink, __u64 now_ns)
{
	if (sink->failed || !sink->format->tick)
		return;
	sink->format->tick(sink->out, now_ns, &sink->buffer);
	parts__end(&sink->parts, sink->buffer.size);
}

__u64 sink__written(const struct sink *sink)
{
	return (__u64)sink->written;
}

struct creation_count sink__missing(const struct sink *sink)
{
	return sink->failed ? sink->parts.pending : (struct creation_count){ 0 };
}

bool sink__reader_gone(const struct sink *sink)
{
	return sink->reader_gone;
}

bool sink__end(struct sink *sink, const struct trace_account *account)
{
	if (!sink->out || sink->failed || sink->ended)
		return !sink->failed;
	sink->ended = true;
	if (sink->format->end)
		sink->format->end(sink->out, account, &sink->buffer);
	parts__end(&sink->parts, sink->buffer.size);
	return write_out(sink, 0);
}

bool sink__close(struct sink *sink, const struct trace_account *account)
{
	bool success;

	if (!sink)
		return true;
	sink__end(sink, account);
	/* A full disk, or one over the network, may be noticed only now. */
	if (sink->fd != STDOUT_FILENO && close(sink->fd) && !sink->failed)
		fail(sink, errno);
	success = !sink->failed;
	if (sink->out)
		sink->format->destroy(sink->out);
	buffer__free(&sink->buffer);
	parts__free(&sink->parts);
	free(sink);
	return success;
}
