package io.tadpole.ring;

/**
 * Something of the operating system that a role holds; its end cannot fail.
 */
interface Resource extends AutoCloseable
{
    @Override
    void close();
}
