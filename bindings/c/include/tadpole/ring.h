/*
 * Tadpole's ring in C: C11 and C++17, header only, Linux. One producer, up to 64 consumers, each in a process or a
 * thread of its own, in any language: docs/layout.md has the bytes, and what each role does with them.
 *
 *     channel.h          create and remove a channel, a directory with one ring
 *     ring_producer.h    claim, write in place, commit; runs; recovery of what a killed producer left
 *     ring_consumer.h    poll, or peek and advance; resume, join, evict
 *     status.h           what a call answers when it does not succeed, and the sentences of the control plane
 *     idle.h             what to do meanwhile
 *     layout.h           what lies where
 *
 * Names that end in an underscore are not for users. Include this before anything else, or compile with -D_GNU_SOURCE.
 */
#ifndef TADPOLE_RING_H
#define TADPOLE_RING_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "channel.h"
#include "idle.h"
#include "ring_consumer.h"
#include "ring_producer.h"

#endif
