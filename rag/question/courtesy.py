"""Greetings and other courtesies before a question, which are no part of what is searched for."""

from index.language.cues import Cue
from index.language.text import has_marks, tokens

# Before the question itself: a greeting, "cho tôi hỏi".
_COURTESY = Cue(
    r"^(?:(?:dạ |xin |kính |em )?chào\b(?: (?:bạn|ad|admin|anh|chị|em|mọi người|các bạn))?|xin phép|hello|hi|hey"
    r"|good (?:morning|afternoon|evening)|(?:xin |vui lòng |làm ơn |hãy |bạn |ad )*(?:cho|giúp) (?:tôi|mình|em)"
    r"(?: xin)?(?: hỏi| biết)?|(?:ad|bạn|mọi người) ơi|(?:tôi|mình|em)(?: đang)?(?: muốn)? (?:hỏi|biết)"
    r"|please|can you|could you"
    r"|здравствуйте|привет|добрый день|пожалуйста|подскажите)\b[\s,.!:ạ]*|^(?:你好|您好|请问|请"
    r"|こんにちは)[，。！、,\s]*"
)


def without_courtesy(question: str) -> str:
    """The question without a greeting and a "may I ask" before it; empty where it is nothing else."""
    bare = not any(map(has_marks, tokens(question)))
    while (match := _COURTESY.search(question, bare=bare)) and match.end():
        question = question[match.end() :]
    return question.strip()
