/* SPDX-License-Identifier: GPL-2.0 */
/* The live source of records: the ring buffer, and the account that the BPF programs keep. */
#ifndef LIVE_H
#define LIVE_H

#include <stddef.h>

#include "attach.h"
#include "out.h"

struct live;

/* What a source hands a record to: bytes that are yet to be decoded. Negative stops reading. */
typedef int (*record_handler)(void *context, void *data, size_t size);

/* Opens the tracer's ring buffer. NULL and errno on failure. The tracer must outlive it. */
struct live *live__open(struct tracer *tracer, record_handler handler, void *context);

/* For poll(): readable when much is waiting. Else the reader comes by itself, on a timer. */
int live__fd(const struct live *live);

/* Hands over all records that are there, until the handler returns a negative number. */
void live__drain(struct live *live);

/* live may be NULL. */
void live__close(struct live *live);

/*
 * Adds up what became of creations: filtered, foreign, probe_missed, unfollowed, in_flight and
 * lost. Leaves what the reader counts (shown, failed, not_shown) alone. Exact once the gate is
 * closed and no creation is in flight.
 */
void live__account(const struct tracer *tracer, struct trace_account *account);

#endif /* LIVE_H */
