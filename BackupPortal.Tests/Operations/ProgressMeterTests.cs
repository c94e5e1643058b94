using BackupPortal.Core.Operations;

namespace BackupPortal.Tests.Operations;

public class ProgressMeterTests
{
    private static readonly OperationPhase[] Phases =
        [OperationPhase.Check, OperationPhase.Snapshot, OperationPhase.Files, OperationPhase.Store, OperationPhase.Verify, OperationPhase.Finish];

    private readonly FakeClock _clock = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public void Read_ThroughAllPhases_RisesFromZeroToOneAndNeverFalls()
    {
        var meter = new ProgressMeter(Phases, _clock);
        var fractions = new List<double> { meter.Read().Fraction };
        foreach (var phase in Phases)
        {
            meter.Enter(phase);
            foreach (var done in new long[] { 0, 50, 30, 100, 250 })
            {
                meter.Report(done, 100);
                fractions.Add(meter.Read().Fraction);
            }
        }

        Assert.Equal(0, fractions[0]);
        Assert.Equal(fractions.Order(), fractions);
        Assert.Equal(1, fractions[^1], precision: 9);
    }

    [Fact]
    public void Read_PhaseOfUnknownSizeOrUnknownPhase_StaysWhereItIs()
    {
        var meter = new ProgressMeter(Phases, _clock);
        meter.Enter(OperationPhase.Files);
        var before = meter.Read().Fraction;

        meter.Report(1000, 0);
        Assert.Equal(before, meter.Read().Fraction);
        meter.Enter(OperationPhase.Unpack);
        Assert.Equal((before, OperationPhase.Unpack), (meter.Read().Fraction, meter.Read().Phase));
    }

    [Fact]
    public void Read_SteadyPace_TellsRateAndTimeLeft()
    {
        var meter = new ProgressMeter([OperationPhase.Store], _clock);
        meter.Enter(OperationPhase.Store);
        OperationProgress? progress = null;
        for (var second = 1; second <= 20; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            meter.Report(second * 1_000_000, 100_000_000);
            progress = meter.Read();
            Assert.Equal(second >= 2, progress.TimeLeft is not null);
        }

        Assert.InRange(progress!.BytesPerSecond, 990_000, 1_010_000);
        Assert.InRange(progress.TimeLeft!.Value.TotalSeconds, 78, 82);
    }

    [Fact]
    public void Read_PaceDrops_FollowsWithinSecondsWithoutJumping()
    {
        var meter = new ProgressMeter([OperationPhase.Store], _clock);
        meter.Enter(OperationPhase.Store);
        long done = 0;
        long Step(long bytes)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            meter.Report(done += bytes, 1_000_000_000);
            return meter.Read().BytesPerSecond;
        }
        for (var second = 0; second < 10; second++)
            Step(10_000_000);

        Assert.InRange(Step(0), 6_000_000, 9_000_000);
        for (var second = 0; second < 15; second++)
            Step(1_000_000);
        Assert.InRange(Step(1_000_000), 900_000, 1_200_000);
    }

    [Fact]
    public void ReadFinished_AfterAnything_IsWhole()
    {
        var progress = new ProgressMeter(Phases, _clock).ReadFinished();

        Assert.Equal((1.0, TimeSpan.Zero), (progress.Fraction, progress.TimeLeft));
    }
}
