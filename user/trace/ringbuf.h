/* SPDX-License-Identifier: GPL-2.0 */
/* The live source of records: the ring buffer, and the counts that the BPF programs keep. */
#ifndef TRACE_RINGBUF_H
#define TRACE_RINGBUF_H

#include <stddef.h>

#include "creation/account.h"
#include "probe/tracer.h"

struct ringbuf;

/* Called with each record, which has not been checked yet. A negative result stops reading. */
typedef int (*record_handler)(void *context, void *data, size_t size);

/* Open the ring buffer of a tracer, which must outlive it. Return NULL and set errno on failure. */
struct ringbuf *ringbuf__open(struct tracer *tracer, record_handler handler, void *context);

/*
 * Return a descriptor for poll(), which is readable if many records are waiting. If there are few,
 * the BPF programs do not wake the reader, which reads at regular intervals.
 */
int ringbuf__fd(const struct ringbuf *ringbuf);

/* Pass all available records to the handler, until it returns a negative number. */
void ringbuf__drain(struct ringbuf *ringbuf);

/* Close the ring buffer, which may be NULL. */
void ringbuf__close(struct ringbuf *ringbuf);

/*
 * Add up what became of creations: filtered, foreign, probe_missed, unfollowed, in_flight and lost.
 * The reader's own counts (shown, failed, not_shown) are left alone. The numbers are exact once the
 * gate is closed and no creation is in progress.
 */
void ringbuf__account(const struct tracer *tracer, struct trace_account *account);

#endif /* TRACE_RINGBUF_H */
