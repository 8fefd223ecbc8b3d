/* SPDX-License-Identifier: GPL-2.0 */
/* The live source of records: the ring buffer, and the account that the BPF programs keep. */
#ifndef TRACE_RINGBUF_H
#define TRACE_RINGBUF_H

#include <stddef.h>

#include "creation/account.h"
#include "probe/tracer.h"

struct ringbuf;

/* What a source hands a record to: bytes that are yet to be decoded. Negative stops reading. */
typedef int (*record_handler)(void *context, void *data, size_t size);

/* Opens the tracer's ring buffer. NULL and errno on failure. The tracer must outlive it. */
struct ringbuf *ringbuf__open(struct tracer *tracer, record_handler handler, void *context);

/* For poll(): readable when much is waiting. Else the reader comes by itself, on a timer. */
int ringbuf__fd(const struct ringbuf *ringbuf);

/* Hands over all records that are there, until the handler returns a negative number. */
void ringbuf__drain(struct ringbuf *ringbuf);

/* ringbuf may be NULL. */
void ringbuf__close(struct ringbuf *ringbuf);

/*
 * Adds up what became of creations: filtered, foreign, probe_missed, unfollowed, in_flight and
 * lost. Leaves what the reader counts (shown, failed, not_shown) alone. Exact once the gate is
 * closed and no creation is in flight.
 */
void ringbuf__account(const struct tracer *tracer, struct trace_account *account);

#endif /* TRACE_RINGBUF_H */
