package io.tadpole.ring;

import java.util.ArrayList;
import java.util.List;

/**
 * What a role holds, ended in the reverse order: the mappings first, the lock last.
 */
final class Resources implements Resource
{
    private final List<Resource> held = new ArrayList<>();

    <T extends Resource> T add(final T resource)
    {
        held.add(resource);
        return resource;
    }

    @Override
    public void close()
    {
        held.reversed().forEach(Resource::close);
        held.clear();
    }
}
