package io.tadpole.ring;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stops the ring's own code after each of its accesses to a shared word: the classes are loaded once more, and behind
 * each access a call is woven in. What memory holds at such a stop is what a kill at that instruction leaves; and
 * another role's code may run there, which makes any interleaving of the two a plain sequence.
 *
 * <p>A test of this kind is a {@link Runnable} that is loaded together with the woven classes.
 */
final class Stepping
{
    private static final String RING = "io.tadpole.ring.";

    private static Consumer<String> listener = access -> { };

    private Stepping()
    {
    }

    /**
     * Runs a test over the woven classes.
     *
     * @param test public, with a constructor without parameters; it runs as another class than the given one.
     */
    static void run(final Class<? extends Runnable> test)
    {
        try
        {
            final Class<?> woven = new Loader(test.getClassLoader()).loadClass(test.getName());
            ((Runnable)woven.getDeclaredConstructor().newInstance()).run();
        }
        catch (final ReflectiveOperationException failed)
        {
            throw new LinkageError("cannot run " + test, failed);
        }
    }

    /**
     * Does something and tells of each access to a shared word, right behind it.
     *
     * @param action  in which words are accessed.
     * @param stopped is told the access: the name of the method of {@link Ordered}, or "putLong" for a plain store.
     */
    static void steps(final Runnable action, final Consumer<String> stopped)
    {
        listener = stopped;
        try
        {
            action.run();
        }
        finally
        {
            listener = access -> { };
        }
    }

    /**
     * The accesses to shared words that something makes.
     *
     * @param action to trace.
     * @return their names, in their order.
     */
    static List<String> trace(final Runnable action)
    {
        final List<String> accesses = new ArrayList<>();
        steps(action, accesses::add);
        return accesses;
    }

    /**
     * Called by the woven code.
     *
     * @param access that was just made.
     */
    static void reached(final String access)
    {
        final Consumer<String> told = listener;
        // What the listener does itself is not traced.
        listener = ignored -> { };
        try
        {
            told.accept(access);
        }
        finally
        {
            listener = told;
        }
    }

    /** Loads the classes of this package itself, woven, and leaves everything else to its parent. */
    private static final class Loader extends ClassLoader
    {
        Loader(final ClassLoader parent)
        {
            super(parent);
        }

        @Override
        protected Class<?> loadClass(final String name, final boolean resolve) throws ClassNotFoundException
        {
            if (!name.startsWith(RING))
            {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name))
            {
                final Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : define(name);
            }
        }

        private Class<?> define(final String name) throws ClassNotFoundException
        {
            try (InputStream resource = getParent().getResourceAsStream(name.replace('.', '/') + ".class"))
            {
                if (resource == null)
                {
                    throw new ClassNotFoundException(name);
                }
                final byte[] woven = weave(name, resource.readAllBytes());
                return defineClass(name, woven, 0, woven.length);
            }
            catch (final IOException failed)
            {
                throw new UncheckedIOException(failed);
            }
        }

        private static byte[] weave(final String name, final byte[] bytes)
        {
            return name.equals(Ordered.class.getName()) ?
                bytes : Weaver.weave(bytes, ClassDesc.of(Stepping.class.getName()), Loader::access);
        }

        private static @Nullable String access(final Weaver.Call call)
        {
            return call.callee().startsWith("Ordered.") || call.callee().equals("SegmentBuffer.putLong") ?
                call.callee().substring(call.callee().indexOf('.') + 1) : null;
        }
    }
}
