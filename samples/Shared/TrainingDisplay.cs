using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace DeepNotes.Samples;

/// <summary>Shows how training goes: a live bar in a terminal, some plain lines where the output is redirected.</summary>
public sealed class TrainingDisplay
{
    private readonly ProgressTask? _task;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly int _steps, _every;
    private int _step;

    private TrainingDisplay(int steps, ProgressTask? task)
    {
        _steps = steps;
        _task = task;
        _every = Math.Max(1, steps / 12);
    }

    /// <summary>Runs a training loop with the display.</summary>
    /// <param name="steps">How many steps it takes in all.</param>
    /// <param name="loop">The loop, which reports each step.</param>
    public static void Run(int steps, Action<TrainingDisplay> loop)
    {
        if (Console.IsOutputRedirected)
        {
            loop(new TrainingDisplay(steps, null));
            return;
        }

        AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => loop(new TrainingDisplay(steps, context.AddTask("training", maxValue: steps))));
    }

    /// <summary>Reports one step.</summary>
    /// <param name="epoch">The epoch from 1.</param>
    /// <param name="loss">The loss; read only when it is shown.</param>
    public void Step(int epoch, Tensor loss)
    {
        _step++;
        if (_task is not null)
        {
            if (_step % 10 == 0) _task.Description = string.Create(CultureInfo.InvariantCulture, $"epoch {epoch}, loss {loss.Item():F4}");
            _task.Increment(1);
        }
        else if (_step % _every == 0 || _step == _steps)
        {
            Line($"  epoch {epoch}  step {_step,5} of {_steps}  loss {loss.Item():F4}  {_clock.Elapsed.TotalSeconds,6:F1} s");
        }
    }

    /// <summary>Prints a line above the bar, in the invariant culture.</summary>
    /// <param name="text">The line.</param>
    public void Line(FormattableString text)
    {
        string line = text.ToString(CultureInfo.InvariantCulture);
        if (_task is null) Console.WriteLine(line);
        else AnsiConsole.MarkupLineInterpolated($"{line}");
    }
}
