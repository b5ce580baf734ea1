using DeepNotes;
using DeepNotes.Nn;
using DeepNotes.WholeProcess;

// The sample Quickstart's model, one epoch over 6,000 digits.
Rng.Seed(1);
var digits = new Digits(args[0]);
var model = new Sequential(
    new Conv2d(1, 16, 3), new ReLU(), new MaxPool2d(2),
    new Conv2d(16, 32, 3), new ReLU(), new MaxPool2d(2),
    new Flatten(), new Dropout(0.25),
    new Linear(32 * 5 * 5, 128), new ReLU(), new Dropout(0.25),
    new Linear(128, Digits.Classes));
var optimizer = new AdamW(model.Parameters(), learningRate: 1e-3, weightDecay: 0.01);
double first = 0, last = 0;
for (int step = 0; step < Digits.Steps; step++)
{
    optimizer.LearningRate = Digits.LearningRate(step);
    var (pixels, labels) = digits.Batch(step);
    var loss = model.Forward(Tensor.From(pixels).Reshape(labels.Length, 1, Digits.Side, Digits.Side)).CrossEntropy(Tensor.From(labels));
    optimizer.Step(loss);
    last = loss.Item();
    if (step == 0) first = last;
}
Console.WriteLine(Digits.Report(first, last));
