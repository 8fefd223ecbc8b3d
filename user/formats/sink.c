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

/* Of a creation in the buffer. */
struct creation_end {
	size_t at;
	bool failed; /* to make a socket */
};

struct sink {
	int fd;
	const char *name; /* for messages */
	bool regular;	  /* a regular file: can be positioned, never blocks */
	dev_t device;
	ino_t inode;
	bool pipe;
	bool failed;
	bool reader_gone;
	const struct sink_interrupts *interrupts;
	size_t closing_size; /* of format->closing, if it is put behind what is written */
	off_t written;	     /* where closing begins in the file, if it does */
	const struct out_format *format;
	struct out *out;
	struct buffer buffer;
	struct buffer ends; /* a struct creation_end for each creation in buffer */
	struct sink_missing missing;
};

struct sink *sink__open(const char *path)
{
	struct sink *sink = calloc(1, sizeof(*sink));
	struct stat status;

	if (!sink) {
		log_error("out of memory");
		return NULL;
	}
	sink->name = path ? path : "standard output";
	sink->fd =
		path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : STDOUT_FILENO;
	if (sink->fd < 0 || fstat(sink->fd, &status)) {
		log_error("cannot write to %s: %s", sink->name, strerror(errno));
		free(sink);
		return NULL;
	}
	if ((fcntl(sink->fd, F_GETFL) & O_ACCMODE) == O_RDONLY) {
		log_error("cannot write to %s: it is closed, or only open for reading", sink->name);
		free(sink);
		return NULL;
	}
	sink->device = status.st_dev;
	sink->inode = status.st_ino;
	sink->regular = S_ISREG(status.st_mode);
	sink->pipe = S_ISFIFO(status.st_mode);
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

bool sink__is_same_file(const struct sink *sink, const struct sink *other)
{
	return sink->regular && sink->device == other->device && sink->inode == other->inode;
}

bool sink__begin(struct sink *sink, const struct out_format *format,
		 const struct trace_header *header, const struct out_style *style)
{
	sink->format = format;
	sink->out = format->create(header, style);
	if (!sink->out) {
		log_error("out of memory");
		return false;
	}
	/* Standard output may be appended to a file, where positions are not ours. */
	if (format->closing && sink->regular && sink->fd != STDOUT_FILENO)
		sink->closing_size = strlen(format->closing);
	if (format->begin)
		format->begin(sink->out, &sink->buffer);
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

/* Only a part was written: makes what the file held before, with its end, whole again. */
static bool take_back_part(struct sink *sink)
{
	const char *closing = sink->format->closing;
	off_t end = sink->written + sink->closing_size;

	if (!sink->closing_size || !sink->written)
		return false;
	if (!(pwrite(sink->fd, closing, sink->closing_size, sink->written) < 0 ||
	      ftruncate(sink->fd, end)))
		return true;
	log_verbose("cannot mend the end of %s: %s", sink->name, strerror(errno));
	return false;
}

/* Of what has gathered only so many bytes were written: the other creations are missing. */
static void count_missing(struct sink *sink, size_t written)
{
	const struct creation_end *end = (const struct creation_end *)sink->ends.data;
	size_t i;

	for (i = 0; i < sink->ends.size / sizeof(*end); i++) {
		if (end[i].at <= written)
			continue;
		sink->missing.creations++;
		sink->missing.failed += end[i].failed;
	}
	sink->ends.size = 0;
}

/* Writes what has gathered, and behind it as much of the closing. */
static bool write_out(struct sink *sink, size_t closing_size)
{
	struct buffer *buffer = &sink->buffer;
	size_t written;

	if (buffer->failed && !sink->failed) {
		fail(sink, ENOMEM);
		count_missing(sink, 0);
	}
	if (sink->failed || !buffer->size)
		return !sink->failed;
	/* One write for both, so that the file is never seen, nor left, without its end. */
	buffer__add(buffer, sink->format->closing, closing_size);
	written = write_all(sink, buffer->data, buffer->size);
	if (written < buffer->size) {
		count_missing(sink, take_back_part(sink) ? 0 : written);
		return false;
	}
	sink->written += buffer->size - closing_size;
	buffer->size = 0;
	sink->ends.size = 0;
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

bool sink__creation(struct sink *sink, const struct tree *tree)
{
	struct creation_end end;

	if (sink->failed)
		return false;
	sink->format->creation(sink->out, tree, &sink->buffer);
	end.at = sink->buffer.size;
	end.failed = tree->record->ret < 0;
	buffer__add(&sink->ends, (const char *)&end, sizeof(end));
	return sink->buffer.size < FLUSH_SIZE || sink__flush(sink);
}

void sink__observed(struct sink *sink, int probe)
{
	if (!sink->failed && sink->format->observed)
		sink->format->observed(sink->out, probe, &sink->buffer);
}

__u64 sink__written(const struct sink *sink)
{
	return (__u64)sink->written;
}

struct sink_missing sink__missing(const struct sink *sink)
{
	return sink->missing;
}

bool sink__reader_gone(const struct sink *sink)
{
	return sink->reader_gone;
}

static bool finish(struct sink *sink, const struct trace_account *account)
{
	if (sink->out && !sink->failed) {
		if (sink->format->end)
			sink->format->end(sink->out, account, &sink->buffer);
		write_out(sink, 0);
	}
	/* A full disk, or one over the network, may be noticed only now. */
	if (sink->fd != STDOUT_FILENO && close(sink->fd) && !sink->failed)
		fail(sink, errno);
	return !sink->failed;
}

bool sink__close(struct sink *sink, const struct trace_account *account)
{
	bool success;

	if (!sink)
		return true;
	success = finish(sink, account);
	if (sink->out)
		sink->format->destroy(sink->out);
	buffer__free(&sink->buffer);
	buffer__free(&sink->ends);
	free(sink);
	return success;
}
