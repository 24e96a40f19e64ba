import io.tadpole.engine.Engine;
import io.tadpole.engine.EngineConfig;
import io.tadpole.engine.StageGraph;
import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelConfig;
import io.tadpole.ring.Claim;
import io.tadpole.ring.RingConsumer;

void main(final String[] channels) throws IOException
{
    final Path events = Path.of(channels[0]);
    final Path answers = Path.of(channels[1]);
    final Claim claim = new Claim();
    Channel.create(answers, ChannelConfig.plain(1 << 16));
    try (Engine engine = Engine.create(events, EngineConfig.of(1 << 20), new StageGraph().outside("reader"));
        RingConsumer reader = Channel.attachConsumer(answers, 0))
    {
        for (long delay = 5; delay <= 15; delay += 5)
        {
            while (engine.tryClaim(Long.BYTES, claim) < 0) { Thread.onSpinWait(); } // Status says why
            claim.buffer().putLong(claim.offset(), delay);
            claim.commit(Long.BYTES);
        }
        for (int left = 3; left > 0; Thread.onSpinWait())
        {
            left -= reader.poll((buffer, offset, length, position) -> IO.println(buffer.getLong(offset)), left);
        }
    }
}
