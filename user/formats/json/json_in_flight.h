/* SPDX-License-Identifier: GPL-2.0 */
/* A creation that has not ended, as JSON, in the same words in every format that is JSON. */
#ifndef FORMATS_JSON_JSON_IN_FLIGHT_H
#define FORMATS_JSON_JSON_IN_FLIGHT_H

#include "creation/in_flight.h"
#include "text/json.h"

/* Keys ppid, uid, comm and exe: null where they are not known. */
void json_in_flight__caller(struct json *json, const struct in_flight *creation);

/* Keys via, family, type, protocol and flags, age_ns, stage, module, and certain if it is not. */
void json_in_flight__call(struct json *json, const struct in_flight *creation);

#endif /* FORMATS_JSON_JSON_IN_FLIGHT_H */
