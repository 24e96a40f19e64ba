package io.tadpole.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which stages an engine has, and which of them waits for which. Declare each stage after those that it waits for; a
 * stage that names none waits for the publisher only. One thread.
 *
 * <pre>
 *     new StageGraph()
 *         .stage("journal", journal)
 *         .outside("native")
 *         .stage("check", check, "native");
 * </pre>
 */
public final class StageGraph
{
    private final List<Node> nodes = new ArrayList<>();

    /**
     * One stage of the graph.
     *
     * @param name  of the stage.
     * @param stage that handles the messages; null for a stage outside the JVM.
     * @param after the stages that it waits for.
     */
    record Node(String name, @Nullable Stage stage, List<Node> after)
    {
    }

    /** Creates a graph without stages. */
    public StageGraph()
    {
    }

    /**
     * Adds a stage that runs on a thread of this JVM.
     *
     * @param name  of the stage, at most 56 bytes of UTF-8.
     * @param stage handles the messages.
     * @param after the names of the stages that handle a message before it does.
     * @return this graph.
     * @throws IllegalArgumentException when the name is taken, or one that it waits for is not declared.
     */
    public StageGraph stage(final String name, final Stage stage, final String... after)
    {
        final List<Node> before = new ArrayList<>();
        for (final String other : after)
        {
            before.add(nodes.stream().filter(node -> node.name().equals(other)).findFirst().orElseThrow(
                () -> new IllegalArgumentException(
                    "stage '" + name + "' waits for '" + other + "', which is not declared before it")));
        }
        return add(new Node(name, Objects.requireNonNull(stage, "stage"), List.copyOf(before)));
    }

    /**
     * Adds a stage outside the JVM: a declared consumer of the ring, in whatever language. It sees each message as soon
     * as it is published, and holds the publisher back from the first message on.
     *
     * @param name of the stage, at most 56 bytes of UTF-8.
     * @return this graph.
     * @throws IllegalArgumentException when the name is taken.
     */
    public StageGraph outside(final String name)
    {
        return add(new Node(name, null, List.of()));
    }

    private StageGraph add(final Node added)
    {
        if (nodes.stream().anyMatch(node -> node.name().equals(added.name())))
        {
            throw new IllegalArgumentException("two stages have the name '" + added.name() + "'");
        }
        nodes.add(added);
        return this;
    }

    List<Node> nodes()
    {
        return List.copyOf(nodes);
    }

    List<String> insideNames()
    {
        return nodes.stream().filter(node -> node.stage() != null).map(Node::name).toList();
    }

    List<String> outsideNames()
    {
        return nodes.stream().filter(node -> node.stage() == null).map(Node::name).toList();
    }
}
