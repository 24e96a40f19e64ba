/**
 * The shared-memory ring: one producer, consumers that each see every message, and the contract that every carrier
 * keeps.
 *
 * <pre>
 *     channel                   file                          record                       roles
 *
 *     /dev/shm/prices/          ring                          +--------------------+      RingProducer
 *       ring            ---&gt;    +----------------------+      | PUBLISHED | length |        claim, write in place,
 *       producer.lock           | identity             |      +--------------------+        commit
 *       consumer-0              | tail, epoch, counters|  --&gt; | message            |      RingConsumer
 *       consumer-0.lock         | stages of an engine  |      +--------------------+        poll, read in place,
 *                               | records ...          |                                    publish the position
 *                               +----------------------+
 *
 *     The producer writes `ring` and nothing else; consumer k writes `consumer-k` and nothing else. Each maps the
 *     other's file read-only, so a stray write of a reader cannot touch a message or another reader's position.
 * </pre>
 *
 * <p>Publishing one message, or a run of them, in this order:
 * <ol>
 *   <li>claim: padding and records together, and the header word behind them, are free of every reader's bytes;</li>
 *   <li>the messages are written in place; the words of a run's second and later records are written complete;</li>
 *   <li>the header word behind the last record is zeroed;</li>
 *   <li>the first word is released: the record's, or that of the padding before it, so both appear in one step;</li>
 *   <li>the tail is released.</li>
 * </ol>
 *
 * <p>So at every instant the first unpublished word at or behind the stored tail <em>is</em> the tail, and it is
 * zero. A producer that is killed at any instruction leaves whole messages or none, and its successor finds the tail
 * by walking from the stored one. A consumer that is killed is resumed at its published position. What both sides
 * read of each other is checked before it is used. Steps and races are model-checked: see {@code docs/model.md}.
 */
@NullMarked
package io.tadpole.ring;

import org.jspecify.annotations.NullMarked;
