from .learning_phases import (
    LearningPhase as LearningPhase,
    assign_learning_phase as assign_learning_phase,
)
from .plane import PhaseDiagram as PhaseDiagram, collect as collect, phase_diagram as phase_diagram
from .point import phase_point as phase_point
from .student import TeacherStudent as TeacherStudent
from .training import StudentRun as StudentRun, train_students as train_students
from .vsdl import (
    Regime as Regime,
    VSDLPlane as VSDLPlane,
    assign_regime as assign_regime,
    vsdl_plane as vsdl_plane,
)
